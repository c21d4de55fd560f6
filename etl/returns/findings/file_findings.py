"""Findings about a whole file: its kind, its integrity, its limits."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, make_error

KINDS: tuple[FindingKind, ...] = (
    make_error(
        "file-empty",
        N_("The file is empty."),
        N_("Save the form again in your spreadsheet program and upload that file."),
    ),
    make_error(
        "file-lock",
        N_("This is the lock file that Excel creates while a workbook is open, not the workbook."),
        N_("Upload the file of the same name without ~$ at the beginning."),
    ),
    make_error(
        "file-old-xls",
        N_("This is a workbook in the old Excel format (.xls)."),
        N_('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)"; upload the new file.'),
    ),
    make_error(
        "file-password",
        N_("The workbook is locked with a password."),
        N_(
            "Open it, choose File, Info, Protect Workbook, Encrypt with Password, clear it, save the "
            "file and upload it again."
        ),
    ),
    make_error(
        "file-wps",
        N_("This is a workbook in the format of WPS Spreadsheets (.et)."),
        N_('In WPS choose Save As and the type "Microsoft Excel file (.xlsx)"; upload the new file.'),
    ),
    make_error(
        "file-ole",
        N_("This is a document of an older Office program, not an Excel workbook."),
        N_("Download the form for your site and quarter, fill it in and upload it as .xlsx."),
    ),
    make_error(
        "file-xlsb",
        N_("This is a binary workbook (.xlsb)."),
        N_('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)"; upload the new file.'),
    ),
    make_error(
        "file-ods",
        N_("This is a workbook in the OpenDocument format (.ods)."),
        N_('In LibreOffice choose File, Save As, and the type "Excel 2007-365 (.xlsx)"; upload the new file.'),
    ),
    make_error(
        "file-text",
        N_("This is a text or CSV file, not a workbook."),
        N_("Download the form for your site and quarter, enter the numbers in it and upload it as .xlsx."),
    ),
    make_error(
        "file-html",
        N_("This is a web page, not a workbook."),
        N_("Sign in, download the form again from its link and upload the .xlsx file."),
    ),
    make_error(
        "file-xml",
        N_("This is an XML file, not a workbook."),
        N_('Open it in Excel, choose File, Save As, and the type "Excel Workbook (.xlsx)"; upload the new file.'),
    ),
    make_error(
        "file-pdf",
        N_("This is a PDF, not a workbook."),
        N_("Enter the numbers in the form for your site and quarter and upload the .xlsx file."),
    ),
    make_error(
        "file-photo",
        N_("This is a picture, not a workbook."),
        N_("Enter the numbers in the form; a photo of a signed form can be attached as evidence."),
    ),
    make_error(
        "file-macro",
        N_("The workbook contains macros."),
        N_('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)", which leaves macros out.'),
    ),
    make_error(
        "file-strict",
        N_('The workbook was saved as "Strict Open XML".'),
        N_('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)", not Strict; upload the new file.'),
    ),
    make_error(
        "file-other-zip",
        N_("This is a compressed file, but not an Excel workbook."),
        N_("Upload the form itself as .xlsx: not a Word document and not a folder."),
    ),
    make_error(
        "file-unknown",
        N_("This is not an Excel workbook."),
        N_("Download the form for your site and quarter, fill it in and upload it as .xlsx."),
    ),
    make_error(
        "file-damaged",
        N_("The file is damaged or incomplete ({detail})."),
        N_("Upload it again. If that fails, open it in Excel, save it under a new name and upload that file."),
    ),
    make_error(
        "file-too-big",
        N_("The file is {size} MB. The limit is {limit} MB."),
        N_("Remove pictures and sheets that do not belong to the form, save the file and upload it again."),
    ),
    make_error(
        "file-inflates",
        N_("The file is too large when unpacked ({detail})."),
        N_("Copy your numbers into a new form and upload it."),
    ),
    make_error(
        "file-entries",
        N_("The file has {count} parts. The limit is {limit}."),
        N_("Copy your numbers into a new form and upload it."),
    ),
    make_error(
        "file-part-names",
        N_("The file contains parts with invalid names ({detail})."),
        N_("Open it in Excel, save it under a new name and upload that file."),
    ),
    make_error(
        "file-forbidden-xml",
        N_("The file contains XML that is not allowed in a workbook ({detail})."),
        N_("Copy your numbers into a new form and upload it."),
    ),
    make_error(
        "file-bad-xml",
        N_("A part of the workbook cannot be read ({detail})."),
        N_("Open it in Excel, let it repair the file, save it under a new name and upload that file."),
    ),
    make_error(
        "file-sheets",
        N_("The workbook has {count} sheets. The limit is {limit}."),
        N_("Keep only the sheets of the form and upload it again."),
    ),
    make_error(
        "file-too-much-data",
        N_("The workbook contains too much data ({detail})."),
        N_("Keep only the sheets of the form and clear everything beside the form, or use a new form."),
    ),
    make_error(
        "file-data-far-away",
        N_("Cell {cell} of sheet {sheet} is far outside the area that can be read."),
        N_("Clear that cell, or copy your numbers into a new form."),
    ),
    make_error(
        "file-bad-reference",
        N_("The workbook contains a cell with an invalid or duplicate reference ({reference})."),
        N_("Open it in Excel, let it repair the file, save it under a new name and upload that file."),
    ),
    make_error(
        "file-bad-cell",
        N_("Cell {cell} of sheet {sheet} contains an invalid value ({found})."),
        N_("Enter the number in this cell again in Excel or LibreOffice, save the file and upload it again."),
    ),
    make_error(
        "file-text-too-long",
        N_("A text in the workbook is longer than Excel allows ({detail})."),
        N_("Shorten it, or copy your numbers into a new form."),
    ),
    make_error(
        "file-merges",
        N_("Too many cells are merged, or a merged area is too large ({detail})."),
        N_("Unmerge them, or copy your numbers into a new form."),
    ),
    make_error(
        "file-too-complex",
        N_("The file is too complex to read."),
        N_("Copy your numbers into a new form and upload it."),
    ),
    make_error(
        "file-unreadable",
        N_("The workbook cannot be read."),
        N_("Open it in Excel, save it under a new name and upload that file, or copy your numbers into a new form."),
    ),
)
