"""Who one is to an installation, and what one's runs have used."""

import click


@click.command("me", help="Show which user you are, and what you may do.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def me(*, as_json: bool) -> None:
    """Show who asks."""
    from magicai.cli.asking import ask
    from magicai.operations import account

    found = ask(account.show_me)
    if as_json:
        print(found.model_dump_json(indent=1))
    else:
        print(f"{found.name} ({found.user_id}): {found.role}; {', '.join(found.scopes)}")


@click.command("email", help="Set your email address, for a new password by mail: open the link that is mailed to it.")
@click.argument("address", required=False)
@click.option("--remove", is_flag=True, help="Remove your email address.")
def email(address: str | None, *, remove: bool) -> None:
    """Set one's address."""
    from magicai.cli.asking import ask
    from magicai.errors import Invalid
    from magicai.operations import account
    from magicai.shapes.accounts import NewEmail

    if remove == (address is not None):
        raise Invalid("email_or_remove")
    if address is None:
        ask(account.remove_email)
        return
    password = click.prompt("Current password, empty if you have none", hide_input=True, default="", show_default=False)
    ask(account.change_email, NewEmail(email=address, password=password))
    print(f"Open the link that is mailed to {address}.")


@click.command("usage", help="Show what your runs have used: time, tokens, cost.")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="Number of days to count.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def usage(days: int, *, as_json: bool) -> None:
    """Show what was used."""
    from magicai.cli.asking import ask
    from magicai.cli.words import duration
    from magicai.operations import account
    from magicai.values.money import money_in_words
    from magicai.values.units import so_many

    found = ask(account.show_usage, days)
    if as_json:
        print(found.model_dump_json(indent=1))
        return
    stand = ", ".join(f"{count} {status}" for status, count in found.runs.items())
    print(f"Runs of the last {so_many(days, 'days')}: {stand or 'none'}")
    for one in (*found.workflows, found):
        name = getattr(one, "workflow", "together")
        tokens = so_many(one.prompt_tokens + one.completion_tokens, "tokens")
        print(f"{name}: {duration(one.duration_s)}, {tokens}, {money_in_words(one.cost.amount, one.cost.currency)}")
    spent, limit = found.this_month.spent, found.this_month.limit
    if limit is not None or spent.amount:
        of_limit = f" of {money_in_words(limit.amount)}" if limit else ""
        print(f"Paid models this month: {money_in_words(spent.amount)}{of_limit}")
