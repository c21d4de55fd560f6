"""Findings about a whole file: what it is, whether it is whole, whether it is within limits."""

from etl.locale.translations import to_say
from etl.returns.findings.kind import FindingKind, error

KINDS: tuple[FindingKind, ...] = (
    error(
        "file-empty",
        to_say("The file is empty."),
        to_say("Save the form again in your spreadsheet program and send that file."),
    ),
    error(
        "file-lock",
        to_say("This is the small file that Excel makes while a workbook is open, not the workbook."),
        to_say("Send the file of the same name that does not begin with ~$."),
    ),
    error(
        "file-old-xls",
        to_say("This is a workbook in the old Excel format (.xls)."),
        to_say('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)"; send the new file.'),
    ),
    error(
        "file-password",
        to_say("The workbook is locked with a password."),
        to_say("Open it, choose File, Info, Protect Workbook, Encrypt with Password, clear it, save and send again."),
    ),
    error(
        "file-wps",
        to_say("This is a workbook in the format of WPS Spreadsheets (.et)."),
        to_say('In WPS choose Save As and the type "Microsoft Excel file (.xlsx)"; send the new file.'),
    ),
    error(
        "file-ole",
        to_say("This is a document of an older Office program, not an Excel workbook."),
        to_say("Download the form of your site and quarter, fill it in and send it as .xlsx."),
    ),
    error(
        "file-xlsb",
        to_say("This is a binary workbook (.xlsb)."),
        to_say('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)"; send the new file.'),
    ),
    error(
        "file-ods",
        to_say("This is a workbook in the OpenDocument format (.ods)."),
        to_say('In LibreOffice choose File, Save As, and the type "Excel 2007-365 (.xlsx)"; send the new file.'),
    ),
    error(
        "file-text",
        to_say("This is a text or CSV file, not a workbook."),
        to_say("Download the form of your site and quarter, type the numbers into it and send it as .xlsx."),
    ),
    error(
        "file-html",
        to_say("This is a web page, not a workbook."),
        to_say("Download the form itself: follow its link again while signed in, and send the .xlsx file."),
    ),
    error(
        "file-xml",
        to_say("This is an XML file, not a workbook."),
        to_say('Open it in Excel, choose File, Save As, and the type "Excel Workbook (.xlsx)"; send the new file.'),
    ),
    error(
        "file-pdf",
        to_say("This is a PDF, not a workbook."),
        to_say("Type the numbers into the form of your site and quarter and send the .xlsx file."),
    ),
    error(
        "file-photo",
        to_say("This is a picture, not a workbook."),
        to_say("Type the numbers into the form; a photo of a signed form can be attached as evidence."),
    ),
    error(
        "file-macro",
        to_say("The workbook holds macros."),
        to_say('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)", which leaves macros out.'),
    ),
    error(
        "file-strict",
        to_say('The workbook was saved as "Strict Open XML".'),
        to_say('Open it, choose File, Save As, and the type "Excel Workbook (.xlsx)", not Strict; send the new file.'),
    ),
    error(
        "file-other-zip",
        to_say("This is a compressed file, but not an Excel workbook."),
        to_say("Send the form itself as .xlsx: not a Word document and not a folder."),
    ),
    error(
        "file-unknown",
        to_say("This is not an Excel workbook."),
        to_say("Download the form of your site and quarter, fill it in and send it as .xlsx."),
    ),
    error(
        "file-damaged",
        to_say("The file is damaged or was cut off on its way ({detail})."),
        to_say("Send it again. If that fails, open it in Excel, save it under a new name and send that file."),
    ),
    error(
        "file-too-big",
        to_say("The file has {size} MB; at most {limit} MB are taken."),
        to_say("Take pictures and sheets that do not belong to the form out of it, save and send again."),
    ),
    error(
        "file-inflates",
        to_say("Unpacked, the file is far bigger than any return ({detail})."),
        to_say("Copy your numbers into a fresh form and send that."),
    ),
    error(
        "file-entries",
        to_say("The file is made of {count} parts; a workbook has at most {limit}."),
        to_say("Copy your numbers into a fresh form and send that."),
    ),
    error(
        "file-part-names",
        to_say("The parts inside the file have names that no spreadsheet program writes ({detail})."),
        to_say("Open it in Excel, save it under a new name and send that file."),
    ),
    error(
        "file-forbidden-xml",
        to_say("The file holds XML that a workbook never has ({detail})."),
        to_say("Copy your numbers into a fresh form and send that."),
    ),
    error(
        "file-bad-xml",
        to_say("A part of the workbook can not be read ({detail})."),
        to_say("Open it in Excel, let it repair the file, save it under a new name and send that file."),
    ),
    error(
        "file-sheets",
        to_say("The workbook has {count} sheets; at most {limit} are taken."),
        to_say("Keep only the sheets of the form and send it again."),
    ),
    error(
        "file-too-much-data",
        to_say("There is more data than a return can have ({detail})."),
        to_say("Keep only the sheets of the form and clear everything beside it, or use a fresh form."),
    ),
    error(
        "file-data-far-away",
        to_say("Cell {cell} of sheet {sheet} holds something far outside the form."),
        to_say("Clear that cell, or copy your numbers into a fresh form."),
    ),
    error(
        "file-bad-reference",
        to_say("A cell is said to stand at {reference}, which is no place on a sheet, or comes twice."),
        to_say("Open it in Excel, let it repair the file, save it under a new name and send that file."),
    ),
    error(
        "file-bad-cell",
        to_say("Cell {cell} of sheet {sheet} holds {found}, which no spreadsheet program writes."),
        to_say("Type the number of this cell again in Excel or LibreOffice, save and send again."),
    ),
    error(
        "file-text-too-long",
        to_say("A text in the workbook is longer than Excel allows ({detail})."),
        to_say("Shorten it, or copy your numbers into a fresh form."),
    ),
    error(
        "file-merges",
        to_say("Too many cells are merged, or a merged area is too large ({detail})."),
        to_say("Unmerge them, or copy your numbers into a fresh form."),
    ),
    error(
        "file-too-complex",
        to_say("The file is too complex to be read."),
        to_say("Copy your numbers into a fresh form and send that."),
    ),
    error(
        "file-unreadable",
        to_say("The workbook can not be read."),
        to_say("Open it in Excel, save it under a new name and send that; or copy your numbers into a fresh form."),
    ),
)
