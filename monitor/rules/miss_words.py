"""How it is said that a rule does not hold: the sentences of `miss`, in English and in Arabic."""

from __future__ import annotations

from monitor.settings import Language

_SENTENCES: dict[str, dict[Language, str]] = {
    # Why a word is no form of the rule's word; said after "not_a_form".
    "begins": {"en": "a longer word, another one", "ar": "كلمة أخرى أطول منها"},
    "inside": {"en": "another word that has its letters inside", "ar": "كلمة أخرى تقع حروفها في داخلها"},
    "own_word": {"en": "a word of its own, not {parts}", "ar": "كلمة قائمة بذاتها، لا {parts}"},
    "spelling": {
        "en": "written with {theirs}, not {ours}: another word",
        "ar": "مكتوبة بحرف {theirs} لا {ours}، وهي كلمة أخرى",
    },
    "article": {
        "en": "without the article of the term; write {bare} to take both",
        "ar": "بلا أل التعريف التي في المصطلح؛ اكتب {bare} لتشمل الحالين",
    },
    "clitic": {"en": "the prefix {left} does not go with it", "ar": "لا تدخل عليها السابقة {left}"},
    "nisba": {"en": "an adjective made of it; add it if you want it", "ar": "صفة منسوبة إليها؛ أضفها إن أردتها"},
    "verb": {"en": "a verb form; add it if you want it", "ar": "صيغة فعل؛ أضفها إن أردتها"},
    "plural": {"en": "its plural; add it if you want it", "ar": "صيغة الجمع؛ أضفها إن أردتها"},
    "singular": {"en": "its singular; add it if you want it", "ar": "صيغة المفرد؛ أضفها إن أردتها"},
    "dual": {"en": "its dual; add it, or write {term}+", "ar": "صيغة المثنى؛ أضفها أو اكتب {term}+"},
    "feminine": {"en": "its feminine; add it if you want it", "ar": "صيغة المؤنث؛ أضفها إن أردتها"},
    "akin": {
        "en": "another word of like letters; add it if you want it",
        "ar": "كلمة أخرى قريبة الحروف؛ أضفها إن أردتها",
    },
    "letter": {"en": "another word, one letter apart", "ar": "كلمة أخرى تختلف بحرف واحد"},
    "exact": {
        "en": "the term is in quotes, it takes this spelling only",
        "ar": "المصطلح بين علامتي اقتباس فلا يؤخذ إلا كما كُتب",
    },
    "not_a_form": {"en": "{word}: not a written form of {term} ({why})", "ar": "{word}: ليست من صيغ {term} ({why})"},
    # Why a term, or what joins terms, does not hold.
    "nothing": {
        "en": "none of its words are there, nor any like them",
        "ar": "لا شيء من كلماتها في الخبر ولا ما يشبهها",
    },
    "absent": {"en": "{term} is not there", "ar": "{term} ليست في الخبر"},
    "none_of": {"en": "none of {terms} is there", "ar": "ليس في الخبر شيء من {terms}"},
    "pattern": {"en": "/{term}/ is found nowhere", "ar": "لا شيء يطابق /{term}/"},
    "field": {
        "en": "{term} stands in the {there}, but the rule asks for it in the {here}",
        "ar": "{term} في {there}، والقاعدة تطلبها في {here}",
    },
    "refused": {
        "en": "{text} stands in the {field}, and the rule refuses {term}",
        "ar": "في {field} {text}، والقاعدة تستبعد {term}",
    },
    "but": {"en": "{hits} is there, but: {why}", "ar": "{hits} في الخبر، لكن: {why}"},
    "part": {
        "en": "of the phrase {term} only {present} is there, not {missing}",
        "ar": "من عبارة {term} في الخبر {present} فقط دون {missing}",
    },
    "apart": {
        "en": "the words of {term} are there, but with {between} between them, {allowed} allowed",
        "ar": "كلمات عبارة {term} في الخبر، لكن بينها {between} والمسموح {allowed}",
    },
    "order": {
        "en": "the words of {term} are there, but not in this order in one sentence",
        "ar": "كلمات عبارة {term} في الخبر، لكن ليس بهذا الترتيب في جملة واحدة",
    },
    "fields": {
        "en": "the words of {term} are there, but some in the title and some in the summary",
        "ar": "كلمات عبارة {term} في الخبر، لكن بعضها في العنوان وبعضها في الملخص",
    },
    "too_far": {
        "en": "{left} and {right} are there, but with {between} between them, {allowed} allowed",
        "ar": "{left} و{right} في الخبر، لكن بينهما {between} والمسموح {allowed}",
    },
    "near_fields": {
        "en": "{left} and {right} are there, but not in one field",
        "ar": "{left} و{right} في الخبر، لكن ليستا معا في العنوان أو في الملخص",
    },
    "feeds": {
        "en": "its words are there, but the rule does not cover {outlet} (it covers {feeds})",
        "ar": "كلماتها في الخبر، لكن القاعدة لا تشمل {outlet} (تشمل {feeds})",
    },
}  # fmt: skip
_FIELDS: dict[str, dict[Language, str]] = {
    "title": {"en": "title", "ar": "العنوان"},
    "summary": {"en": "summary", "ar": "الملخص"},
}


def said(code: str, language: Language, **values: object) -> str:
    """The sentence for `code`, filled with `values`."""
    return _SENTENCES[code][language].format(**values)


def field_name(name: str, language: Language) -> str:
    """A field, as people call it."""
    return _FIELDS[name][language]


def counted_words(count: int, language: Language) -> str:
    """A number of words, in words."""
    if language == "en":
        return f"{count} other word{'' if count == 1 else 's'}" if count else "none"
    if count <= 2:
        return ("لا شيء", "كلمة واحدة", "كلمتان")[count]
    return f"{count} كلمات" if count <= 10 else f"{count} كلمة"


def listed(words: list[str], language: Language) -> str:
    """Words one after the other."""
    return ("، " if language == "ar" else ", ").join(words)
