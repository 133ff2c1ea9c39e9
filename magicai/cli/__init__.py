"""The command line. Imports of heavy parts stand inside the commands that need them: `--help` must come at once."""

import sys


def main(words: list[str] | None = None) -> int:
    """Run one command; answers its exit status: 0 completed, 1 failed, 2 wrong request, 3 partial, 130 cancelled."""
    from magicai.cli.terminal import shown_streams

    with shown_streams():
        return _run(words)


def _run(words: list[str] | None) -> int:
    import click
    from pydantic import ValidationError

    from magicai.cli.command_name import as_called, called_as
    from magicai.cli.root import root
    from magicai.errors import Cancelled, Invalid, MagicError, NotFound, Unknown, invalid
    from magicai.private import private_from_now_on

    private_from_now_on()
    try:
        status = root(args=words, prog_name=called_as(), standalone_mode=False)
    except click.exceptions.Exit as exc:
        return exc.exit_code
    except click.ClickException as exc:
        exc.show()
        return exc.exit_code
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write("\nStopped.\n")
        return 130
    except MagicError as exc:
        sys.stderr.write(f"{as_called(str(exc))}\n")
        _let_go(exc)
        if isinstance(exc, Cancelled):
            return 130
        return 2 if isinstance(exc, (Invalid, NotFound, Unknown)) else 1
    except ValidationError as exc:  # of a body that a command has made of what was typed
        sys.stderr.write(f"{invalid(exc)}\n")
        return 2
    except UnicodeDecodeError as exc:  # of a file that is read as it was given
        sys.stderr.write(f"A file is not UTF-8 text: {exc.reason} at byte {exc.start:,}. Save it as UTF-8 text.\n")
        return 2
    except BrokenPipeError:
        return 1
    return status if isinstance(status, int) else 0


def _let_go(exc: BaseException | None) -> None:
    """Drop the values of all that an error was raised through.

    The task that it ended keeps it, and is never collected (integrations/memory.py), so that a library in C++ would
    report its objects among them as leaked, after the error.
    """
    import traceback

    while exc is not None:
        traceback.clear_frames(exc.__traceback__)
        exc = exc.__cause__ or exc.__context__
