"""The words of `legible bulk`; what they do is in `legible.bulk`."""

import argparse
import sys

_Commands = argparse._SubParsersAction  # argparse names this type only privately
_EXTRA = frozenset({"fsspec", "pyarrow", "ray", "s3fs"})


def add_bulk(commands: "_Commands[argparse.ArgumentParser]") -> None:
    """Add the subcommand `bulk`."""
    bulk = commands.add_parser(
        "bulk",
        help="read many files into a table, on all cores or a cluster",
        description="Writes a row for each file, also for those that cannot be read, as Parquet, "
        "JSON Lines or CSV. Run again, it reads only what is missing. Exit code 0: all were read, "
        "1: some were not (their row has an error), 2: not all could be tried, 130: stopped.",
    )
    bulk.add_argument(
        "sources",
        nargs="+",
        metavar="SRC",
        help="pictures, TIFF or PDF files, folders, globs, zip archives; also file:// or s3://",
    )
    bulk.add_argument(
        "out",
        metavar="DST",
        help="a folder or s3://bucket/prefix for parts; or one file: .parquet, .jsonl, .csv",
    )
    bulk.add_argument("--format", choices=("parquet", "jsonl", "csv"), help="default: parquet")
    bulk.add_argument(
        "--symbols",
        choices=("digits", "number"),
        default="digits",
        help="digits, or number: digits and . , - (default: digits)",
    )
    bulk.add_argument("--pattern", help="what each line should look like, e.g. '\\d{5}'")
    bulk.add_argument("--models", help="folder of networks (default: the shipped ones)")
    bulk.add_argument("--jobs", type=int, default=0, help="cores to use (default: 0, all)")
    bulk.add_argument(
        "--address", help="a Ray cluster, e.g. auto; without it Ray runs here and only for this"
    )
    bulk.add_argument(
        "--storage-options", metavar="JSON", help='for buckets, e.g. \'{"endpoint_url": "..."}\''
    )
    bulk.add_argument(
        "--part-files",
        type=_positive,
        metavar="N",
        help="files in a part (default: 16 to 1,024, by how many there are)",
    )
    bulk.set_defaults(run=_bulk, parser=bulk)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {text}")
    return number


def _bulk(args: argparse.Namespace) -> int:
    if args.address and args.jobs:
        args.parser.error(
            "--jobs is for reading here, and --address for a cluster, used as a whole"
        )
    try:
        from legible.bulk.command import read_many  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        sys.stderr.write("legible: Reading many files at once needs: pip install 'legible[bulk]'\n")
        return 2
    return read_many(
        args.sources,
        args.out,
        kind=args.format,
        symbols=args.symbols,
        pattern=args.pattern,
        models=args.models,
        jobs=args.jobs,
        address=args.address,
        storage=args.storage_options,
        part_files=args.part_files,
    )
