"""The pages of the documentation as tests see them: fenced blocks with what is said about them, links, and headings."""

import dataclasses
import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"(?P<indent> *)(?P<fence>```+|~~~+) *(?P<language>\S*) *(?P<rest>.*)$")
HEADING = re.compile(r"(?P<marks>#{1,6}) +(?P<title>.+?)(?: +#+)?$")
COMMENT = re.compile(r" *<!-- *(?P<text>.+?) *-->$")
LINK = re.compile(r"\]\((?P<target>[^)\s]+)(?: \"[^\"]*\")?\)")


@dataclasses.dataclass(frozen=True)
class Block:
    """What stands between two fences, without their indentation."""

    page: str
    # That of the opening fence, counted from 1.
    line: int
    # The word after the fence, such as `bash`; empty when there is none.
    language: str
    # The titles of the headings that it stands below, the page's own first.
    headings: tuple
    # The text of the comment in the line before the fence, such as `output: kubectl get ksink`, or nothing.
    hint: str
    # The paragraph before it, or nothing when it stands below a heading or another block.
    before: str
    text: str

    @property
    def place(self):
        return f"{self.page}:{self.line}"

    def __str__(self):
        first = next((line for line in self.text.splitlines() if line.strip()), "")
        return f"{self.place} [{self.language or 'no language'}] below '{self.headings[-1]}': {first.strip()[:80]}"

    def is_below(self, *titles):
        """Whether it stands below one of these headings, at any depth."""
        return not {*titles}.isdisjoint(self.headings)


class Page:
    """One page in Markdown, named by its path below the repository's folder."""

    def __init__(self, name, text=None):
        self.name = name
        self.text = (ROOT / name).read_text() if text is None else text
        self.blocks, self.prose, self.titles = [], [], []
        self._read()

    def _read(self):
        self._lines = self.text.splitlines()
        path, hint, opened, body, paragraph = [], "", None, [], []
        for number, line in enumerate(self._lines, 1):
            if opened:
                found, start, headings, said, before = opened
                if line.strip() == found["fence"]:
                    text = "".join(f"{each}\n" for each in body)
                    self.blocks.append(Block(self.name, start, found["language"], headings, said, before, text))
                    opened, body = None, []
                else:
                    # A line may have less than the fence, an empty one for example.
                    width = len(found["indent"])
                    body.append(line[min(width, len(line) - len(line.lstrip())):])
                continue
            if found := FENCE.match(line):
                opened = (found, number, tuple(title for _, title in path) or ("",), hint, " ".join(paragraph))
                paragraph = []
            elif found := HEADING.match(line):
                level = len(found["marks"])
                path = [*((each, title) for each, title in path if each < level), (level, found["title"])]
                self.titles.append(found["title"])
                paragraph = []
            else:
                self.prose.append((number, line))
            found = COMMENT.match(line)
            hint = found["text"] if found else ""
            if line.strip() and not found and not HEADING.match(line) and not FENCE.match(line):
                # A paragraph begins after an empty line.
                paragraph = [*paragraph, line.strip()] if number > 1 and self._lines[number - 2].strip() else [line.strip()]
        if opened:
            raise ValueError(f"{self.name}:{opened[1]}: the block has no end")

    @property
    def links(self):
        """The targets of links, each with its line, except those that lead out of the repository."""
        for number, line in self.prose:
            for found in LINK.finditer(re.sub(r"`[^`]*`", "", line)):
                if not re.match(r"[a-z]+:", found["target"]):
                    yield number, found["target"]

    @property
    def anchors(self):
        """The anchors of the headings, as forges make them: a title that comes again gets a number."""
        seen, found = {}, set()
        for title in self.titles:
            plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).lower()
            anchor = "".join("-" if each == " " else each for each in plain if each.isalnum() or each in " -_")
            found.add(f"{anchor}-{seen[anchor]}" if anchor in seen else anchor)
            seen[anchor] = seen.get(anchor, 0) + 1
        return found


@functools.cache
def pages():
    """Every page of the repository by its name; what is built is none of it."""
    folders = [each for each in ROOT.iterdir() if each.is_dir() and not each.name.startswith(".")]
    found = [*ROOT.glob("*.md"), *(path for folder in folders for path in folder.rglob("*.md"))]
    names = sorted(str(path.relative_to(ROOT)) for path in found)
    return {name: Page(name) for name in names}


def blocks(*languages, page=None):
    """The blocks of all pages, or of one, in these languages or in all, in their order."""
    return [
        block for name, each in pages().items() if page in (None, name)
        for block in each.blocks if not languages or block.language in languages
    ]
