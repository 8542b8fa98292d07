"""Names as they are compared: without regard to case and accents, word by word."""

import re
import unicodedata

_WORD = re.compile(r"\w+|[^\w\s]+")


def fold(text: str) -> str:
    """The text as it is sorted and searched: `Émile` and `EMILE` are one."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def words(*texts: str) -> list[str]:
    """The different words of texts, folded; signs that stand together are a word, too (`C++` is `c` and `++`)."""
    return sorted({word for text in texts for word in _WORD.findall(fold(text))})
