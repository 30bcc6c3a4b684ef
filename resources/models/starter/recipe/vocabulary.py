"""Step 5. The starter's own vocabulary and `tokenizer.json`: whole words first, pieces of words for all others.

Words that stand at least twice in the captions (Flickr8k train, COCO), in the notes or in the names of things (ImageNet labels,
emoji), and the words of the GloVe vocabulary, so that what captions never say has a place too. Pieces are single characters and
the commonest beginnings, middles and ends of those words.

    python3 vocabulary.py
"""
import json
import re
import unicodedata
from collections import Counter

from data import DATA, WORK, flickr

PIECES = 3_000
WORD = re.compile(r"[a-zà-öø-ÿ]+|[0-9]+")


def coco_captions():
    return open(DATA / "coco_captions/captions.txt", encoding="utf8").read().splitlines()


def names_of_things():
    """Labels of ImageNet, names and keywords of emoji: short phrases, one each."""
    labels = open(DATA / "encoders/mobilenet_v2/imagenet_labels.txt", encoding="utf8").read().splitlines()
    names = [name.strip() for label in labels for name in label.split(",")]
    for file in (DATA / "emoji_noto").glob("*.json*"):
        for text in re.findall(r'"([a-z][a-z _-]{2,40})"', open(file, encoding="utf8").read()):
            names.append(text.replace("_", " "))
    return sorted(set(names))


def notes():
    return [file.read_text(encoding="utf8", errors="ignore") for file in sorted((DATA / "library").rglob("*.md"))]


def plain(text):
    """As BertNormalizer does: lower case, accents taken off."""
    lowered = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in lowered if unicodedata.category(c) != "Mn")


def words_of(texts):
    return Counter(word for text in texts for word in WORD.findall(plain(text)))


def build():
    captions = words_of(c for _, cs in flickr("train") for c in cs) + words_of(coco_captions())
    others = words_of(notes()) + words_of(names_of_things())
    glove = json.load(open(DATA / "encoders/text_glove50/tokenizer.json", encoding="utf8"))["model"]["vocab"]
    words = {w for w, n in captions.items() if n >= 2} | {w for w, n in others.items() if n >= 2}
    words |= {plain(w) for w in glove if WORD.fullmatch(plain(w))}
    words = {w for w in words if 1 < len(w) <= 24 and not (w.isdigit() and len(w) > 4)}

    parts = Counter()
    for word in sorted(words):
        if not word.isalpha():
            continue
        for length in range(2, 7):
            if len(word) > length + 1:
                parts[word[:length]] += length
                parts["##" + word[-length:]] += length
                for start in range(1, len(word) - length):
                    parts["##" + word[start : start + length]] += 0.4 * length
    common = [part for part, _ in parts.most_common(4 * PIECES) if part not in words][:PIECES]
    letters = [chr(c) for c in range(33, 127) if chr(c).lower() == chr(c)]
    inner = ["##" + c for c in "abcdefghijklmnopqrstuvwxyz0123456789"]
    entries = ["[PAD]", "[UNK]"] + sorted(set(letters) | set(inner) | set(common) | words)
    return {entry: i for i, entry in enumerate(entries)}


def tokenizer_file(vocabulary):
    special = [
        {"id": i, "content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        for i, name in enumerate(("[PAD]", "[UNK]"))
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": True,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 60,
            "vocab": vocabulary,
        },
    }


class Tokenizer:
    """The same tokens as the app's tokenizer gives, for texts of plain Latin letters."""

    SPLIT = re.compile(r"[a-z0-9à-ɏ]+|[^\sa-z0-9]", re.I)

    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        self.known = {}

    def __call__(self, text):
        return [i for word in self.SPLIT.findall(plain(text)) for i in self.word(word)]

    def word(self, word, whole=True):
        """Longest match first; nothing for a word that cannot be spelled. `whole` off: as if the word itself were unknown."""
        key = (word, whole)
        if key not in self.known:
            self.known[key] = self.spell(word, whole)
        return self.known[key]

    def spell(self, word, whole):
        ids, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.vocabulary and (whole or len(piece) < len(word)):
                    ids.append(self.vocabulary[piece])
                    break
            else:
                return []
            start = end
        return ids


if __name__ == "__main__":
    vocabulary = build()
    WORK.mkdir(parents=True, exist_ok=True)
    with open(WORK / "tokenizer.json", "w", encoding="utf8") as file:
        json.dump(tokenizer_file(vocabulary), file, ensure_ascii=False, separators=(",", ":"))
    print(f"{len(vocabulary)} entries")
