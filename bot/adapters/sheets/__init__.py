"""Spreadsheets of CSV, XLSX, ODS and YAML: read without trusting them, written without a formula."""

from bot.adapters.sheets.files import SpreadsheetFiles

__all__ = ["SpreadsheetFiles"]
