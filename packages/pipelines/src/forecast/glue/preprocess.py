"""Unpacks an uploaded zip into the bucket's input/ folder. This file is yours to edit.

Put your own preprocessing into `transform`. Everything else checks the archive and moves files.

The zip holds TTS.csv (target time series, mandatory), RTS.csv (related time series) and IM.csv (item
metadata), or each as .xlsx, at its root or in one folder. Files that macOS adds are passed over. What is no
comma-separated UTF-8 with decimal points and ISO timestamps is made so by the package forecast_input, which
comes as an archive beside this script.
"""

from __future__ import annotations

import json
import lzma
import shutil
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import boto3
from awsglue.utils import getResolvedOptions
from botocore.exceptions import ClientError

KINDS = ("TTS", "RTS", "IM")
NAMES = ["bucket", "key", "etag", "kinds", "max_unzipped_mb", "uid", "schemas", "timestamp_format"]
NAMES += ["parts_bucket", "parts_key"]
MEGABYTE = 1024 * 1024


def transform(kind: str, path: Path) -> Path:
    """Your own preprocessing of one file; `kind` is TTS, RTS or IM.

    Gives back the file to upload. The file is passed on untouched; to change it, read and write it,
    for example with pandas:

        table = pandas.read_csv(path)
        table["demand"] = table["demand"].clip(lower=0)
        table.to_csv(path, index=False)
        return path

    A header is fine; columns are in the order of the dataset's schema.
    """
    return path


class InvalidArchive(Exception):
    """The uploaded zip cannot be used. The text says which entry and why."""


class InvalidInput(Exception):
    """A file in the zip cannot be read. The text says where, why, and what to do."""


def main() -> None:
    options = getResolvedOptions(sys.argv, NAMES)
    kinds = json.loads(options["kinds"])
    limit = int(options["max_unzipped_mb"]) * MEGABYTE
    s3 = boto3.client("s3")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "data.zip"
        download(s3, options["bucket"], options["key"], options["etag"], archive)
        files = unpack(archive, Path(folder), limit)
        check_kinds(files, kinds, options["key"])
        files = normalise(s3, files, options, Path(folder), limit)
        for kind, path in files.items():
            prepared = transform(kind, path)
            s3.upload_file(str(prepared), options["bucket"], f"input/{kind}.csv")
            print(f"input/{kind}.csv: {prepared.stat().st_size} bytes")


def normalise(
    s3, files: dict[str, Path], options: dict, folder: Path, limit: int
) -> dict[str, Path]:
    """Makes each file what an import reads; says what was assumed, here and for the run's notes."""
    archive = folder / "parts.zip"
    s3.download_file(options["parts_bucket"], options["parts_key"], str(archive))
    sys.path.insert(0, str(archive))
    from forecast_input.normal import normalised
    from forecast_input.refusal import Refusal

    schemas = json.loads(options["schemas"])
    prepared: dict[str, Path] = {}
    notes: list[str] = []
    try:
        for kind, path in files.items():
            schema = [[column["AttributeName"], column["AttributeType"]] for column in schemas[kind]]
            prepared[kind], said = normalised(path, kind, schema, options["timestamp_format"], limit)
            notes += said
    except Refusal as refusal:
        raise InvalidInput(str(refusal)) from None
    for note in notes:
        print(note)
    s3.put_object(Bucket=options["bucket"], Key=f"notes/{options['uid']}.json", Body=json.dumps(notes).encode())
    return prepared


def download(s3, bucket: str, key: str, etag: str, target: Path) -> None:
    """Fetches the very upload that started this run, not one that has replaced it since."""
    condition = {"IfMatch": f'"{etag}"'} if etag else {}
    try:
        answer = s3.get_object(Bucket=bucket, Key=key, **condition)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("PreconditionFailed", "412"):
            raise InvalidArchive(
                f"s3://{bucket}/{key} was replaced after it had started this run. The newer upload has a run of its own."
            ) from error
        raise
    with target.open("wb") as file:
        shutil.copyfileobj(answer["Body"], file)


def unpack(archive: Path, folder: Path, limit: int) -> dict[str, Path]:
    """Extracts the CSV files by kind, never more than `limit` bytes in all."""
    try:
        opened = zipfile.ZipFile(archive)
    except zipfile.BadZipFile as error:
        raise InvalidArchive(f"The upload is not a zip archive: {error}") from error
    files: dict[str, Path] = {}
    names: dict[str, str] = {}
    left = limit
    with opened:
        for entry in opened.infolist():
            kind = kind_of(entry)
            if kind is None:
                continue
            if kind in files:
                raise InvalidArchive(f"The zip has {names[kind]} more than once, the second time as {entry.filename}")
            if entry.flag_bits & 0x1:
                raise InvalidArchive(f"{entry.filename} is encrypted; upload a zip without a password")
            names[kind] = f"{kind}{PurePosixPath(entry.filename).suffix.lower()}"
            files[kind] = folder / names[kind]
            left = extract(opened, entry, files[kind], left, limit)
    return files


def kind_of(entry: zipfile.ZipInfo) -> str | None:
    """The kind of data an entry holds, or None for folders and the extras of macOS and Windows."""
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if name.startswith("/") or ".." in path.parts or (len(name) > 1 and name[1] == ":"):
        raise InvalidArchive(f"The entry {entry.filename} points outside of the archive; refusing the whole zip")
    if entry.is_dir() or "__MACOSX" in path.parts or path.name.startswith("."):
        return None
    stem, _, ending = path.name.rpartition(".")
    if ending.lower() not in ("csv", "xlsx") or stem.upper() not in KINDS:
        print(f"{entry.filename}: not one of TTS.csv, RTS.csv and IM.csv, passed over")
        return None
    return stem.upper()


def extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int, limit: int) -> int:
    """Writes one entry, counting real bytes too: the sizes that an archive declares may lie."""
    if entry.file_size > left:
        raise too_large(entry, limit)
    try:
        with archive.open(entry) as source, target.open("wb") as file:
            while chunk := source.read(MEGABYTE):
                left -= len(chunk)
                if left < 0:
                    raise too_large(entry, limit)
                file.write(chunk)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise InvalidArchive(f"{entry.filename} is damaged: {error}") from error
    except NotImplementedError as error:
        raise InvalidArchive(f"{entry.filename} cannot be unpacked: {error}. Zip it with deflate") from error
    return left


def too_large(entry: zipfile.ZipInfo, limit: int) -> InvalidArchive:
    return InvalidArchive(
        f"The zip unpacks to more than {limit // MEGABYTE} MB (at {entry.filename}). If that is intended, "
        "raise maxUnzippedMegabytes of the pipeline."
    )


def check_kinds(files: dict[str, Path], configured: list[str], key: str) -> None:
    """Every kind that the config declares needs a file; a file without a declaration is remarked on."""
    missing = [kind for kind in configured if kind not in files]
    if missing:
        found = ", ".join(f"{kind}.csv" for kind in files) or "none of them"
        raise InvalidArchive(
            f"{key} has no {', '.join(f'{kind}.csv' for kind in missing)}, which forecast-config.json declares "
            f"(Dataset.{missing[0]}). Found in the zip: {found}."
        )
    for kind in list(files):
        if kind not in configured:
            print(f"{kind}.csv is in the zip but forecast-config.json has no Dataset.{kind}: it is not used")
            del files[kind]


if __name__ == "__main__":
    main()
