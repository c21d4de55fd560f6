"""`migrate`, `backup`, `restore`, `move`, `verify` and `sample`: maintain the database."""

from argparse import Namespace
from pathlib import Path

from etl.cli.output import EXIT_FINDINGS, EXIT_OK, EXIT_UNAVAILABLE, EXIT_USAGE, print_error, print_line, track_progress
from etl.cli.parsers import Commands, Context
from etl.database.authorization import COMMAND_LINE
from etl.database.connection import SchemaStatus, open_engine, read_schema
from etl.jobs.queue import start_job
from etl.sample.activity import add_activity
from etl.sample.build import (
    MANAGER,
    build_sample,
    delete_sample_database,
    is_sample_current,
    renew_sample_accounts,
    write_entries,
)
from etl.use_cases.operations.backup import delete_old_backups, make_backup, make_backup_name, restore_backup
from etl.use_cases.operations.move import move_database
from etl.use_cases.operations.upgrade import upgrade_database
from etl.use_cases.operations.verify import verify_database
from etl.use_cases.plans.load_plan import SHIPPED_PLAN


def add_commands(commands: Commands) -> None:
    migrate = commands.add_parser("migrate", help="update the database schema, after a backup")
    migrate.add_argument("--without-backup", action="store_true", help="when you have made a backup in another way")
    migrate.set_defaults(run=run_migrate)
    backup = commands.add_parser("backup", help="write the database with all files into one new file")
    backup.add_argument("file", nargs="?", type=Path, metavar="FILE.zip", help="default: a new file in BACKUP_FOLDER")
    backup.add_argument("--keep", type=int, metavar="N", help="delete all but the newest N backups of BACKUP_FOLDER")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="put a backup into an empty database, and verify it")
    restore.add_argument("file", type=Path, metavar="FILE.zip")
    restore.set_defaults(run=run_restore)
    move = commands.add_parser("move", help="copy the database into an empty one, and compare both")
    move.add_argument("target", metavar="TO_URL", help="such as postgresql://cardec@127.0.0.1/cardec")
    move.set_defaults(run=run_move)
    verify = commands.add_parser("verify", help="check files, numbers and results for damage and changes")
    verify.set_defaults(run=run_verify)
    sample = commands.add_parser("sample", help="import invented returns into a new database")
    sample.add_argument("--plan", type=Path, default=SHIPPED_PLAN, metavar="DIR|FILE.xlsx")
    sample.add_argument("--if-needed", action="store_true", help="do nothing if the sample is up to date")
    sample.add_argument("--accounts", action="store_true", help="print new passwords for the sample accounts")
    sample.add_argument("--typed", type=Path, metavar="FILE.csv", help="also write every entered number and its cell")
    sample.set_defaults(run=run_sample)


def run_migrate(arguments: Namespace, context: Context) -> int:
    settings = context.settings
    upgrade = upgrade_database(
        context.unchecked_source.engine,
        Path(settings.backup_folder),
        actor=COMMAND_LINE,
        now=settings.now(),
        with_backup=not arguments.without_backup and not settings.is_sample,
        key=settings.backup_key,
    )
    if upgrade.backup is not None:
        print_line(f"Backup of the database before the update: {upgrade.backup}")
    if upgrade.before.revision == upgrade.after.revision:
        print_line(f"The database is up to date, at version {upgrade.after.revision}.")
    elif upgrade.before.revision:
        print_line(f"The database was updated from version {upgrade.before.revision} to {upgrade.after.revision}.")
    else:
        print_line(f"The tables were created, at version {upgrade.after.revision}.")
    return EXIT_OK


def run_backup(arguments: Namespace, context: Context) -> int:
    settings = context.settings
    folder, now = Path(settings.backup_folder), settings.now()
    if arguments.keep is not None and arguments.keep < 1:
        print_error("--keep must be 1 or more.")
        return EXIT_USAGE
    if is_empty_database(context):
        return EXIT_UNAVAILABLE
    if arguments.file is not None and not arguments.file.absolute().parent.is_dir():
        # A disk that is not mounted has no folder; a copy beside the database would not survive it.
        print_error(f"The folder {arguments.file.parent} does not exist. Create it, or mount its disk.")
        return EXIT_UNAVAILABLE
    key = settings.backup_key
    path = arguments.file or folder / make_backup_name(now, is_encrypted=bool(key))
    manifest = make_backup(context.unchecked_source.engine, path, actor=COMMAND_LINE, now=now, key=key)
    print_line(f"Backup written: {path} ({path.stat().st_size} bytes, SHA-256 of the database {manifest.sha256}).")
    if arguments.keep is not None:
        print_line(f"Older backups deleted: {delete_old_backups(folder, keep=arguments.keep)}.")
    return EXIT_OK


def run_restore(arguments: Namespace, context: Context) -> int:
    engine = context.unchecked_source.engine
    settings = context.settings
    schema = restore_backup(engine, arguments.file, actor=COMMAND_LINE, now=settings.now(), key=settings.backup_key)
    print_line("Restored. All sessions and unused one-time links of the backup have ended.")
    if schema.status is not SchemaStatus.CURRENT:
        print_line(f"It is at version {schema.revision}. Update it, then check it: python -m etl migrate")
        return EXIT_OK
    return run_verify(arguments, context)


def run_move(arguments: Namespace, context: Context) -> int:
    source, target = context.engine, open_engine(arguments.target)
    try:
        count = move_database(
            source,
            target,
            actor=COMMAND_LINE,
            now=context.settings.now(),
            report_table=lambda table, rows: print_line(f"{table}: {rows} rows"),
        )
    finally:
        target.dispose()
    print_line(
        f"Every row and {count} figures are the same. Write the new database into DATABASE_URL, and start again."
    )
    return EXIT_OK


def is_empty_database(context: Context) -> bool:
    """Return whether the database has no tables, after printing an error: it is lost, or DATABASE_URL is wrong."""
    engine = context.unchecked_source.engine
    is_missing = engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file()
    if not is_missing and read_schema(engine).status is not SchemaStatus.EMPTY:
        return False
    print_error("The database of DATABASE_URL is empty. Check the address, or restore the last backup.")
    return True


def run_verify(_arguments: Namespace, context: Context) -> int:
    if is_empty_database(context):
        return EXIT_UNAVAILABLE
    differences = verify_database(context.engine)
    for difference in differences:
        print_line(difference)
    print_line(
        f"Differences: {len(differences)}."
        if differences
        else "No damage found: every file, number and stored row is as it was saved."
    )
    return EXIT_FINDINGS if differences else EXIT_OK


def run_sample(arguments: Namespace, context: Context) -> int:
    if arguments.accounts:
        return _renew_accounts(context)
    today = context.settings.today()
    if arguments.if_needed and is_sample_current(context.engine, plan_path=arguments.plan, today=today):
        return EXIT_OK
    if arguments.if_needed and context.settings.is_sample:
        context.close()
        delete_sample_database(context.settings.database_url)
        context.source.ensure_schema()
    if context.source.find_snapshot() is not None:
        print_error("The sample needs a new database. This one already contains a plan.")
        return EXIT_UNAVAILABLE
    sample = build_sample(
        context.engine,
        plan_path=arguments.plan,
        today=today,
        progress=lambda returns: track_progress(returns, "sample returns"),
    )
    activity = add_activity(context.source, today=today, publisher=context.settings.publisher)
    start_job(context.engine, "meeting-pack", owner=MANAGER, now=context.settings.now())
    if arguments.typed:
        write_entries(sample.entries + activity.entries, arguments.typed)
    print_line(f"Imported {sample.return_count} invented returns with {len(sample.entries)} numbers.")
    published = ", ".join(str(quarter) for quarter in activity.published_quarters)
    print_line(f"Published editions: {published or 'none, as no quarter has ended'}.")
    print_line("This is sample data, not results.")
    return EXIT_OK


def _renew_accounts(context: Context) -> int:
    """Print new passwords of the sample accounts, only for the sample's own database."""
    if not context.settings.is_sample:
        print_error("Sample accounts exist only in the sample's own database.")
        return EXIT_UNAVAILABLE
    print_line("Sample accounts, with new passwords at each start:")
    for account in renew_sample_accounts(context.engine, now=context.settings.now()):
        print_line(f"  {account.role.value:<14} {account.name:<22} {account.password}")
    return EXIT_OK
