"""Findings about a whole file: its kind, its integrity, its limits."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, error

KINDS: tuple[FindingKind, ...] = (
    error(
        "file-empty",
        N_("The file is empty."),
        N_("Save the form again in your spreadsheet program and send that file."),
    ),
    error(
        "file-lock",
        N_("This is the small file that Excel makes while a workbook is open, not the workbook."),
        N_("Send the file of the same name that does not begin with ~$."),
    ),
    error(
        "file-old-xls",
        N_("This is a workbook in the old Excel format (.xls)."),
        N_('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)"; send the new file.'),
    ),
    error(
        "file-password",
        N_("The workbook is locked with a password."),
        N_("Open it, choose File, Info, Protect Workbook, Encrypt with Password, clear it, save and send again."),
    ),
    error(
        "file-wps",
        N_("This is a workbook in the format of WPS Spreadsheets (.et)."),
        N_('In WPS choose Save As and the type "Microsoft Excel file (.xlsx)"; send the new file.'),
    ),
    error(
        "file-ole",
        N_("This is a document of an older Office program, not an Excel workbook."),
        N_("Download the form of your site and quarter, fill it in and send it as .xlsx."),
    ),
    error(
        "file-xlsb",
        N_("This is a binary workbook (.xlsb)."),
        N_('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)"; send the new file.'),
    ),
    error(
        "file-ods",
        N_("This is a workbook in the OpenDocument format (.ods)."),
        N_('In LibreOffice choose File, Save As, and the type "Excel 2007-365 (.xlsx)"; send the new file.'),
    ),
    error(
        "file-text",
        N_("This is a text or CSV file, not a workbook."),
        N_("Download the form of your site and quarter, type the numbers into it and send it as .xlsx."),
    ),
    error(
        "file-html",
        N_("This is a web page, not a workbook."),
        N_("Download the form itself: follow its link again while signed in, and send the .xlsx file."),
    ),
    error(
        "file-xml",
        N_("This is an XML file, not a workbook."),
        N_('Open it in Excel, choose File, Save As, and the type "Excel Workbook (.xlsx)"; send the new file.'),
    ),
    error(
        "file-pdf",
        N_("This is a PDF, not a workbook."),
        N_("Type the numbers into the form of your site and quarter and send the .xlsx file."),
    ),
    error(
        "file-photo",
        N_("This is a picture, not a workbook."),
        N_("Type the numbers into the form; a photo of a signed form can be attached as evidence."),
    ),
    error(
        "file-macro",
        N_("The workbook holds macros."),
        N_('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)", which leaves macros out.'),
    ),
    error(
        "file-strict",
        N_('The workbook was saved as "Strict Open XML".'),
        N_('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)", not Strict; send the new file.'),
    ),
    error(
        "file-other-zip",
        N_("This is a compressed file, but not an Excel workbook."),
        N_("Send the form itself as .xlsx: not a Word document and not a folder."),
    ),
    error(
        "file-unknown",
        N_("This is not an Excel workbook."),
        N_("Download the form of your site and quarter, fill it in and send it as .xlsx."),
    ),
    error(
        "file-damaged",
        N_("The file is damaged or was cut off on its way ({detail})."),
        N_("Send it again. If that fails, open it in Excel, save it under a new name and send that file."),
    ),
    error(
        "file-too-big",
        N_("The file has {size} MB; at most {limit} MB are taken."),
        N_("Take pictures and sheets that do not belong to the form out of it, save and send again."),
    ),
    error(
        "file-inflates",
        N_("Unpacked, the file is far bigger than any return ({detail})."),
        N_("Copy your numbers into a fresh form and send that."),
    ),
    error(
        "file-entries",
        N_("The file is made of {count} parts; a workbook has at most {limit}."),
        N_("Copy your numbers into a fresh form and send that."),
    ),
    error(
        "file-part-names",
        N_("The parts inside the file have names that no spreadsheet program writes ({detail})."),
        N_("Open it in Excel, save it under a new name and send that file."),
    ),
    error(
        "file-forbidden-xml",
        N_("The file holds XML that a workbook never has ({detail})."),
        N_("Copy your numbers into a fresh form and send that."),
    ),
    error(
        "file-bad-xml",
        N_("A part of the workbook can not be read ({detail})."),
        N_("Open it in Excel, let it repair the file, save it under a new name and send that file."),
    ),
    error(
        "file-sheets",
        N_("The workbook has {count} sheets; at most {limit} are taken."),
        N_("Keep only the sheets of the form and send it again."),
    ),
    error(
        "file-too-much-data",
        N_("There is more data than a return can have ({detail})."),
        N_("Keep only the sheets of the form and clear everything beside it, or use a fresh form."),
    ),
    error(
        "file-data-far-away",
        N_("Cell {cell} of sheet {sheet} holds something far outside the form."),
        N_("Clear that cell, or copy your numbers into a fresh form."),
    ),
    error(
        "file-bad-reference",
        N_("A cell is said to stand at {reference}, which is no place on a sheet, or comes twice."),
        N_("Open it in Excel, let it repair the file, save it under a new name and send that file."),
    ),
    error(
        "file-bad-cell",
        N_("Cell {cell} of sheet {sheet} holds {found}, which no spreadsheet program writes."),
        N_("Type the number of this cell again in Excel or LibreOffice, save and send again."),
    ),
    error(
        "file-text-too-long",
        N_("A text in the workbook is longer than Excel allows ({detail})."),
        N_("Shorten it, or copy your numbers into a fresh form."),
    ),
    error(
        "file-merges",
        N_("Too many cells are merged, or a merged area is too large ({detail})."),
        N_("Unmerge them, or copy your numbers into a fresh form."),
    ),
    error(
        "file-too-complex",
        N_("The file is too complex to be read."),
        N_("Copy your numbers into a fresh form and send that."),
    ),
    error(
        "file-unreadable",
        N_("The workbook can not be read."),
        N_("Open it in Excel, save it under a new name and send that; or copy your numbers into a fresh form."),
    ),
)
