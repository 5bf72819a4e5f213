"""Names of companies stand where a Chinese reader looks for them."""

from core.pinyin import sort_key


def test_names_stand_in_the_order_of_pinyin_and_then_of_their_characters() -> None:
    names = [
        "360数科有限公司", "Abc金融", "澳信贷款", "长沙小贷", "重庆信贷", "海石催收", "厦门贷款", "鑫源资产",
        "银行服务", "云帆金融", "重阳资产",
    ]  # fmt: skip
    assert sorted(sorted(names), key=sort_key) == names
    assert sort_key("清石") < sort_key("青屿") < sort_key("青屿消费") < sort_key("青云"), "one character together"
    assert sort_key("\ue000") > sort_key("座"), "what cannot be read stands last"
