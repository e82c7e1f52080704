"""The sheet of an official document (公文): the measures of GB/T 9704—2012, 5.1 to 5.2.3."""

TOP, BINDING = 37.0, 28.0  # mm: the margins above and at the binding
WIDTH, HEIGHT = 156.0, 225.0  # mm: what is printed on
LINES, CHARACTERS = 22, 28
# The standard defines the pitch by the type; 22 lines share the height here, so that a page holds just as many.
PITCH = HEIGHT / LINES  # mm
SIZE = WIDTH / CHARACTERS  # mm: 3号
