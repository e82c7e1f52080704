"""Every mechanism the commissioning report names has its item: the list is held here, apart from the data."""

from __future__ import annotations

ITEMS = """
CX-01 policy-lifecycle 制度立改废
CX-02 task-tracking 党建任务全流程管理
CX-03 co-building 多元共建与“1+N”系列品牌
CX-04 brand-building 党建品牌创建
CX-05 party-flag-emblem 党徽党旗使用
CX-06 national-flag 国旗升挂
CX-07 secretary-echelon 书记梯次配备
CX-08 secretary-qualification 党组织书记准入
CX-09 secretary-review 书记抓党建述职评议
CX-10 two-way-consultation 机关与基层双向沟通会商
CX-11 trainer-pool 支队内外师资库
CX-12 party-training 党务培训与教材
CX-13 mentoring 传帮带导师
CX-14 political-rotation-training 政治轮训班
CX-15 flame-blue-academy 火焰蓝学院
CX-16 branch-setup 党支部设立、调整、撤销
CX-17 temporary-branch 临时党支部
CX-18 branch-election 党支部换届选举
CX-19 league-election 团支部设置与换届
CX-20 league-congress 团代会
CX-21 union-setup 基层工会建立
CX-22 women-committee 妇女委员会建立
CX-23 leading-group 党建工作领导小组
CX-24 model-office 模范机关创建
CX-25 flag-contest 双向“扛旗”评比
CX-26 beautiful-barracks “最美营区”评比
CX-27 smart-party-system 智慧党建：纪实记录和痕迹化管理
CX-28 secretary-support 书记帮扶
CX-29 branch-support 党支部评估帮扶
CX-30 three-display-one-review 三亮一评
CX-31 three-help-one-lead 三帮一带
CX-32 weak-branch 软弱涣散党支部整顿
CX-33 first-topic 第一议题
CX-34 study-group 党委理论学习中心组学习
CX-35 committee-meeting-rules 党委会议议事与“三重一大”
CX-36 three-meetings-one-lesson 三会一课
CX-37 member-meeting 支部党员大会
CX-38 committee-meeting 支部委员会会议
CX-39 group-meeting 党小组会
CX-40 party-lecture 党课
CX-41 theme-party-day 主题党日
CX-42 democratic-life-meeting 领导班子民主生活会
CX-43 org-life-meeting 组织生活会
CX-44 democratic-appraisal 民主评议党员
CX-45 heart-talk 谈心谈话
CX-46 attendance 学习考勤与缺勤补课
CX-47 integrity-review 常态议廉
CX-48 special-rectification 专项整治
CX-49 inspection 大队巡察和巡察整改
CX-50 four-level-supervision 四级督察
CX-51 four-level-grid 四级网格联系包干
CX-52 four-forms 监督执纪“四种形态”
CX-53 reminder-talk 谈话提醒
CX-54 discipline-decision 党纪处分（支部大会讨论）
CX-55 warning-education 警示教育：以案明纪、以案促改
CX-56 member-development 发展党员：5个阶段、25个步骤
CX-57 probation 预备党员教育考察和转正
CX-58 league-development 发展团员“十步走”
CX-59 training-class 积极分子和发展对象培训班
CX-60 contract-firefighter 政府专职消防员的组织关系和发展
CX-61 member-archive 党团员标准化档案
CX-62 relation-transfer 组织关系转接
CX-63 mobile-member 流动党员和停止党籍
CX-64 dues 党费收缴、使用和管理
CX-65 league-dues 团费收缴
CX-66 league-leaving 团员离团、退团和自行脱团
CX-67 member-handling 不合格党员处置
CX-68 digital-system “一系统一号一程序”
CX-69 consultation 基层协商
CX-70 hearing 基层听政会
CX-71 service-list 为基层办实事清单
CX-72 leave-rest 休假休息保障
CX-73 family-care 子女入学和家属优抚
CX-74 hardship-help 困难指战员帮扶
CX-75 union-running 基层工会运行
CX-76 four-ones “四个一”教育
CX-77 mind-education 心理健康培育
CX-78 mind-screening 心理风险筛查
CX-79 mind-crisis 心理危机干预
CX-80 cadre-selection 选人用人八步
CX-81 cadre-training 干部业务培训和政策宣讲
QD-01 weekly-committee 支队党委“一会一研一调一评”
QD-02 weekly-brigade 机关大队“一研二学三练四查”
QD-03 duties 党建工作职责清单
QD-04 committee-daily 党委日常工作清单
QD-05 branch-daily 支部日常工作清单
QD-06 party-assessment 党建考核清单
QD-07 responsibility-list 全面从严治党主体责任清单
WH-01 supply-side-method 供给侧党支部工作法
WH-02 four-haves 队站有精神、班组有理念、党员有格言、党建创品牌
WH-03 brand-flame-blue 火焰蓝就位
WH-04 brand-four-grasps 四抓四促
WH-05 brand-micro-integration 微融入
WH-06 one-team-one-brand 一队一特色、一队一品牌、一人一特长
WH-07 flag 队旗
WH-08 emblem 队徽
WH-09 oath 队誓（入队誓词）
WH-10 soul 队魂
WH-11 ethos 队识
WH-12 motto 队训（训词）
WH-13 ode 队赋
WH-14 song 队歌
WH-15 history 队史
"""

PROSE = ("document-system", "calendar", "burden", "unconfirmed", "how-to-use", "about", "editing")


def test_every_mechanism_of_the_report_has_its_item(catalogue):
    wanted = [tuple(line.split(" ", 2)) for line in ITEMS.strip().splitlines()]
    items = [e for kind in ("procedure", "checklist", "culture") for e in catalogue.of(kind)]
    assert len(wanted) == 103
    assert sorted((e.item.code, e.id, e.item.title) for e in items) == sorted(wanted)


def test_every_prose_page_is_there(root):
    assert [name for name in PROSE if not (root / "docs" / f"{name}.md").is_file()] == []


def test_every_chapter_has_items(catalogue):
    assert [c for c in catalogue.chapters if not catalogue.in_chapter(c)] == []
