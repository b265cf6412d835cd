"""Reads a folder of pictures into a CSV: `python read_folder.py FOLDER FILE.csv`."""

import csv
import os
import sys
from pathlib import Path

from legible.client import Client, LegibleError

folder, table = Path(sys.argv[1]), Path(sys.argv[2])
service = Client(os.environ["LEGIBLE_SERVER"], api_key=os.environ["LEGIBLE_API_KEY"])
with service, table.open("w", newline="", encoding="utf-8") as file:
    rows = csv.writer(file)
    rows.writerow(["file", "text", "status", "confidence"])
    for picture in sorted(folder.iterdir()):
        try:
            reading = service.read(picture)
            rows.writerow([picture.name, reading.text, reading.status, reading.confidence])
        except LegibleError as error:
            rows.writerow([picture.name, "", error.code, ""])
