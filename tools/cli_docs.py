#!/usr/bin/env python3
"""Replaces the help texts in docs/cli.md by those of the program; the prose between them stays.

Usage: tools/cli_docs.py [target/release/fumikura]
"""
import os, pathlib, re, subprocess, sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "cli.md"
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "target/release/fumikura"


def refreshed(match):
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "110", "LC_ALL": "C"}
    text = subprocess.run([PROGRAM, match[2], "--help"], capture_output=True, text=True, check=True, env=environment).stdout
    return f"{match[1]}```text\n{text.rstrip()}\n```"


page = PAGE.read_text(encoding="utf-8")
BLOCK = re.compile(r"(## fumikura (\w+)\n(?:(?!## |```)[^\n]*\n)*)```text\n(?:(?!```)[^\n]*\n)*```")
PAGE.write_text(BLOCK.sub(refreshed, page), encoding="utf-8")
