"""Reads a sheet of an Excel workbook (ECMA-376), row by row, with the standard library alone."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from .dates import from_serial
from .refusal import Refusal, at

_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_ASIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Exact(str):
    """A cell whose value the workbook has as a number or a date: nothing is to be guessed."""


class _Limited:
    """A part of the workbook that must not unpack to more than is allowed."""

    def __init__(self, file, name: str, limit: int) -> None:
        self.file, self.name, self.left, self.begun = file, name, limit, False

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(min(size, 1 << 16) if size > 0 else 1 << 16)
        self.left -= len(chunk)
        if self.left < 0:
            raise Refusal(f"{self.name}: unpacks to more than maxUnzippedMegabytes of the pipeline allows.")
        if not self.begun and b"<!DOCTYPE" in chunk:
            raise Refusal(f"{self.name}: has a document type, which no workbook has.")
        self.begun = True
        return chunk


def rows_of(path: Path, kind: str, width: int, limit: int) -> Iterator[tuple[int, list[str]]]:
    """Rows of the sheet named after the kind, or of the first one, with their numbers; empty ones are left out."""
    try:
        with zipfile.ZipFile(path) as book:
            yield from _Book(book, path.name, limit).rows(kind, width)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ElementTree.ParseError, RuntimeError) as error:
        raise Refusal(
            f"{path.name}: is no readable Excel workbook ({error}). Save it as .xlsx without a password."
        ) from error


class _Book:
    def __init__(self, book: zipfile.ZipFile, name: str, limit: int) -> None:
        self.book, self.name, self.limit = book, name, limit

    def _elements(self, part: str) -> Iterator[ElementTree.Element]:
        """Each element when it ends, under its name without namespace."""
        with self.book.open(part) as file:
            for _, element in ElementTree.iterparse(_Limited(file, self.name, self.limit)):
                element.tag = element.tag.rpartition("}")[2]
                yield element

    def _sheet(self, kind: str) -> tuple[str, bool]:
        sheets, date1904 = {}, False
        for element in self._elements("xl/workbook.xml"):
            if element.tag == "sheet":
                sheets[element.get("name", "").upper()] = element.get(_ID)
            elif element.tag == "workbookPr":
                date1904 = element.get("date1904") in ("1", "true")
        wanted = sheets.get(kind) or next(iter(sheets.values()), None)
        for element in self._elements("xl/_rels/workbook.xml.rels"):
            if element.tag == "Relationship" and element.get("Id") == wanted:
                target = element.get("Target", "")
                return (target[1:] if target.startswith("/") else str(PurePosixPath("xl") / target)), date1904
        raise Refusal(f"{self.name}: has no sheet.")

    def _strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.book.namelist():
            return []
        found = []
        for element in self._elements("xl/sharedStrings.xml"):
            if element.tag == "si":
                found.append(_text(element))
                element.clear()
        return found

    def _date_styles(self) -> set[str]:
        if "xl/styles.xml" not in self.book.namelist():
            return set()
        formats, styles = set(_DATES), set()
        for element in self._elements("xl/styles.xml"):
            if element.tag == "numFmt" and re.search("[ymdhs]", _ASIDE.sub("", element.get("formatCode", "")).lower()):
                formats.add(int(element.get("numFmtId", "0")))
            elif element.tag == "cellXfs":
                for index, style in enumerate(element):
                    if int(style.get("numFmtId", "0")) in formats:
                        styles.add(str(index))
        return styles

    def rows(self, kind: str, width: int) -> Iterator[tuple[int, list[str]]]:
        part, date1904 = self._sheet(kind)
        strings, dated = self._strings(), self._date_styles()
        number = 0
        for element in self._elements(part):
            if element.tag != "row":
                continue
            number = int(element.get("r", number + 1))
            cells: list[str] = []
            for cell in element:
                place = _column(cell.get("r", "")) or len(cells) + 1
                value = self._value(cell, strings, dated, date1904, number)
                if value and place > width:
                    raise at(self.name, number, cell.get("r"), value, f"is beyond the schema's {width} columns.")
                if place <= width:
                    cells += [""] * (place - 1 - len(cells))
                    cells.append(value)
            element.clear()
            if any(cells):
                yield number, cells + [""] * (width - len(cells))

    def _value(self, cell, strings: list[str], dated: set[str], date1904: bool, row: int) -> str:
        type_ = cell.get("t", "n")
        if type_ == "inlineStr":
            return _text(cell)
        text = next((part.text or "" for part in cell if part.tag == "v"), "")
        if type_ == "e":
            raise at(self.name, row, cell.get("r"), text, "is an error of a formula. Correct or empty the cell.")
        if type_ == "s":
            return strings[int(text)]
        if type_ == "b":
            return "true" if text == "1" else "false"
        if type_ != "n" or text == "":
            return text
        if cell.get("s") in dated:
            return Exact(from_serial(float(text), date1904).strftime("%Y-%m-%d %H:%M:%S"))
        value = float(text)
        return Exact(int(value) if value.is_integer() and abs(value) < 1e15 else repr(value))


def _text(element) -> str:
    """All runs of a text, without the readings of Asian characters."""
    return "".join(
        part.text or ""
        for child in element
        if child.tag != "rPh"
        for part in child.iter()
        if part.tag == "t"
    )


def _column(reference: str) -> int:
    number = 0
    for letter in reference:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number
