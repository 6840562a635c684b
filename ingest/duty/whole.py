"""Actions that go on over a comma: 组织A、B，定期检查; 将处理结果，报送市政府; 采取措施，消除影响; 责令其停止，赔偿损失."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ingest.duty.names import ends_with_name
from ingest.duty.verbs import VERB_START

# 将…的情况，报告委托人: the verb stands behind the comma
_FRONTED = re.compile(r"[^，]{0,8}?(?:将|就)[^，。；]{2,}$")
_DELIVERED = re.compile(
    r"(?:及时|定期|依法|按时|如实|书面|一并)*(?:报告|报送|报|提交|提供|送|抄|通报|告知|通知|公布|公开|移送|反馈|录入|接入|与[^，]*(?:签|协商|沟通)|向)"
)
# 采取措施，消除影响: how, and behind the comma what
_MANNER = re.compile(r"采取(?:多种|各种)(?:形式|方式)$|采取(?:有效|必要|相应)?措施$")
_OTHERS = re.compile(r"(?:组织|协调|指导|督促|会同|动员|鼓励|支持|鼓励、支持|鼓励和支持|引导)(?P<who>[^，。；：]{3,})$")
_MORE = re.compile(r"[，,][^，,。；;：:]{2,80}")
# 责令其停止违法行为，赔偿损失: what the other is ordered to do, not what the body does
_ORDERS = re.compile(r"责令(?:其|[^，。；]{0,14}(?:单位|企业|人|者|方))")
_ORDERED = re.compile(r"(?:赔偿|恢复|退还|退回|补办|补缴|补种|采取|消除|拆除|清除|停止|限期|改正|缴纳|支付)")


def complete_action(action: str, sentence: str, following: Sequence[str]) -> tuple[str, str]:
    """The whole action, and of it the words that tell the role: those behind the comma where they have the verb.

    ``following`` are the stretches behind it.
    """
    manner = _MANNER.match(action) is not None
    fronted = _FRONTED.match(action) and not VERB_START.match(action) and following and _DELIVERED.match(following[0])
    others = _OTHERS.match(action)
    whole = said = action
    if manner or fronted or (others and ends_with_name(others["who"]) and "的" not in others["who"][-6:]):
        at = sentence.find(action)
        more = _MORE.match(sentence, at + len(action)) if at >= 0 else None
        if more:
            whole = action + more.group()
            said = more.group().lstrip("，,") if manner or fronted else action
    if _ORDERS.match(whole):
        whole = "，".join([whole, *takewhile(_ORDERED.match, following)])
    return whole, said
