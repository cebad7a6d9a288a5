"""What the rule language says when something is wrong: one place for the sentences, in English and in Arabic.

Each message says what is wrong; its hint says what to write instead.
"""

from __future__ import annotations

from monitor.errors import RuleSyntaxError
from monitor.settings import Language

# code → language → (message, hint)
_SENTENCES: dict[str, dict[Language, tuple[str, str]]] = {
    "empty": {
        "en": ("an empty term", "write a word or a phrase, or remove the term"),
        "ar": ("مصطلح فارغ", "اكتب كلمة أو عبارة، أو احذف المصطلح"),
    },
    "no_word": {
        "en": ("no word in {text!r}, only signs", "write at least one word of letters or digits"),
        "ar": ("لا كلمة في «{text}»، بل علامات فقط", "اكتب كلمة واحدة على الأقل من حروف أو أرقام"),
    },
    "unbalanced_quote": {
        "en": ("a quote is opened but not closed", "close it, or remove it"),
        "ar": ("علامة اقتباس مفتوحة لم تُغلق", "أغلقها أو احذفها"),
    },
    "after_quote": {
        "en": ("something stands after the closing quote", "put one pair of quotes around the whole term"),
        "ar": ("بعد علامة الاقتباس المغلقة كلام زائد", "ضع علامتي اقتباس حول المصطلح كله"),
    },
    "slop_on_one_word": {
        "en": ("~N on one word: {text}", "~N counts words inside a phrase; remove it, or write a phrase"),
        "ar": ("علامة ~ على كلمة واحدة: {text}", "~ تعدّ الكلمات داخل عبارة؛ احذفها أو اكتب عبارة"),
    },
    "bad_slop": {
        "en": ("~{text} is no number of words", "write ~ and a number from 0 to {most}, such as ~2"),
        "ar": ("~{text} ليس عدد كلمات", "اكتب ~ ثم عددا من 0 إلى {most}، مثل ~2"),
    },
    "bad_pattern": {
        "en": ("/{text}/ does not compile: {detail}", "correct it; look-around and back-references do not exist here"),
        "ar": ("التعبير /{text}/ غير صحيح: {detail}", "صححه؛ لا توجد هنا إحالات خلفية ولا نظر حولي"),
    },
    "empty_pattern": {
        "en": ("/{text}/ matches the empty text, so everywhere", "make at least one letter of it required"),
        "ar": ("التعبير /{text}/ يطابق النص الفارغ، أي كل مكان", "اجعل حرفا واحدا على الأقل لازما فيه"),
    },
    "no_terms": {
        "en": ("the rule has no terms", 'give it any = ["…"], all = ["…"] or query = "…"; query = "*" is every item'),
        "ar": ("القاعدة بلا مصطلحات", 'أعطها any = ["…"] أو all = ["…"] أو query = "…"؛ أما query = "*" فكل خبر'),
    },
}


def sentence(code: str, language: Language = "en", **values: object) -> tuple[str, str]:
    """The message and the hint for `code`, filled with `values`."""
    message, hint = _SENTENCES[code][language]
    return message.format(**values), hint.format(**values)


class TermError(RuleSyntaxError):
    """A term or query that cannot be read; can be said again in the user's language."""

    def __init__(self, code: str, *, line: int = 1, column: int = 1, **values: object) -> None:
        message, hint = sentence(code, "en", **values)
        super().__init__(message, line=line, column=column, hint=hint)
        self.code = code
        self.values = values

    def said(self, language: Language) -> tuple[str, str]:
        """Message and hint in `language`."""
        return sentence(self.code, language, **self.values)
