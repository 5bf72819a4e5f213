"""Texts of a crowd: sentences of frequent and rare words, Chinese and English, short and long, never twice the same."""

from random import Random

SIGNS = (
    "澜桥海望青屿北汀舟行云岸星槎万汐鹭远帆知潮拾贝石砚明砺长铎声岚枫榆杉柏松竹梅兰菊荷莲芦苇溪湖泊湾港礁沙洲渡"
    "晨曦暮霞虹霓雾霜雪冰凌峰峦岭坡谷涧泉瀑泽沼原野林森丛木叶花果实禾麦稻黍穗芽苗根茎藤蔓鸥雁鹤鹰雀鹊燕莺鸢鲸"
    "鲲鹏骏驰腾跃奔锐恒信诚达通顺宁安康泰和祥瑞裕丰盈盛昌隆兴旺启航程途径迹辰宿宇宙衡均度量尺规矩权"
)
PEOPLE = (
    "同事",
    "父母",
    "表姐",
    "前台",
    "房东",
    "同学",
    "邻居",
    "领导",
    "客户",
    "老师",
    "岳父",
    "孩子",
    "亲友",
    "室友",
)
WAYS = ("打电话", "发短信", "群发信息", "上门", "加微信", "寄函件", "在群里喊话", "换号码拨打", "用机器人外呼", "留言")
TIMES = ("凌晨", "夜里十一点", "午休时", "周末", "每天早上", "开会期间", "连续三天", "一周之内", "昨天下午", "节假日")
SAYS = (
    "说我欠钱不还", "说要起诉我", "声称已经立案", "威胁公开我的照片", "报出我的身份证号", "辱骂我的家人",
    "说要到单位找我", "要求立刻转账", "冒充法院工作人员", "说会影响征信", "拒绝说明公司名称", "要收一笔减免服务费",
    "说知道我住在哪里",
)  # fmt: skip
HURTS = (
    "影响了我的正常工作", "让老人受到惊吓", "我已保留录音", "有截图为证", "我多次要求停止", "对方挂断后又打来",
    "我并不认识借款人", "我从未为他担保", "单位因此找我谈话", "我失眠了很多天", "孩子不敢接电话", "我报警处理过一次",
)  # fmt: skip
ASKS = (
    "停止联系第三方。", "说明号码来源并删除。", "书面道歉并处理责任人。", "退还多收的费用。", "更正征信记录。",
    "按合同约定协商还款。", "今后只在白天联系本人。", "告知委托的催收公司名称。",
)  # fmt: skip
ENGLISH = (
    "They called my office {n} times in one day and told the receptionist about the loan.",
    "A collector who would not name his company threatened to visit my parents near {rare}.",
    "I have asked {n} times to be contacted only between nine and six, and in writing.",
    "The message showed my full name, the amount owed and a photograph of my card.",
    "I am not the borrower; the number used to belong to somebody I have never met.",
    "The app {rare} would not go on until I let it read every contact on my phone.",
    "Somebody who claimed to be from a court asked for {n}00 yuan to be paid that night.",
    "The recording lasts {n} minutes and contains insults against my family throughout.",
)
POOL = 4000
"""So many sentences are made beforehand; each text adds one of its own."""
SHORT, LONG = (2, 5), (14, 40)
SELDOM_LONG = 0.04


class Words:
    """Makes texts from one seed; whoever asks in the same order hears the same."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.rare = sorted({"".join(rng.choices(SIGNS, k=rng.choice((2, 2, 3, 4)))) for _ in range(20_000)})
        self._common = [self._sentence() for _ in range(POOL)]
        self._english = [self._in_english() for _ in range(POOL // 4)]
        self._weights = [1 / (place + 10) for place in range(POOL)]
        self._drawn: list[str] = []

    def facts(self) -> str:
        """What somebody says in Chinese: mostly short, now and then very long."""
        least, most = LONG if self.rng.random() < SELDOM_LONG else SHORT
        parts = [self._next() for _ in range(self.rng.randint(least, most))]
        parts.insert(self.rng.randrange(len(parts) + 1), self._own())
        return "".join(parts)

    def in_english(self) -> str:
        """The same in English."""
        parts = self.rng.choices(self._english, k=self.rng.randint(3, 6))
        return " ".join([*parts, f"My number of the matter is {self.rng.randrange(10**7)}."])

    def wish(self) -> str:
        """What somebody asks for."""
        return self.rng.choice(ASKS)

    def _next(self) -> str:
        if not self._drawn:
            self._drawn = self.rng.choices(self._common, weights=self._weights, k=20_000)
        return self._drawn.pop()

    def _own(self) -> str:
        rng = self.rng
        where, number = rng.choice(self.rare), rng.randrange(1000, 9999)
        return f"{rng.choice(TIMES)}在{where}接到尾号{number}的来电，{rng.choice(SAYS)}。"

    def _sentence(self) -> str:
        rng = self.rng
        begins = f"{rng.choice(TIMES)}有人向我的{rng.choice(PEOPLE)}{rng.choice(WAYS)}{rng.randint(2, 19)}次"
        middle = rng.choice((f"，{rng.choice(SAYS)}", f"，提到“{rng.choice(self.rare)}”，{rng.choice(SAYS)}", ""))
        return f"{begins}{middle}，{rng.choice(HURTS)}。"

    def _in_english(self) -> str:
        said = self.rng.choice(ENGLISH)
        return said.format(n=self.rng.randint(2, 30), rare=self.rng.choice(self.rare))
