"""Rows of results as text: for the terminal, and for the README."""

from bench import Row

HEADS = ["yardstick", "work", "wall s", "CPU s", "peak MiB", "processes",
         "peer", "wall s", "CPU s", "ratio", "growth", "asked for"]
TEXTS = {"yardstick", "work", "peer", "ratio", "asked for"}
UNITS = {"wall": "wall", "cpu": "CPU"}


def table(rows):
    """Rows for the terminal: ours, the peer's, the ratios, what was asked for."""
    lines = [HEADS] + [cells(row) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if head in TEXTS else cell.rjust(width)
            for head, cell, width in zip(HEADS, line, widths)
        ).rstrip()
        for line in lines
    )


def cells(row):
    theirs = row.theirs
    verdict = "" if row.met is None else "  met" if row.met else "  MISSED"
    return [
        row.yardstick, row.work, figure(row.ours.wall), figure(row.ours.cpu), f"{row.ours.peak:.0f}",
        str(row.ours.processes or ""), row.beside, figure(theirs.wall) if theirs else "",
        figure(theirs.cpu) if theirs else "", ratios(row),
        "" if row.exponent is None else f"n^{row.exponent:.2f}", row.bound + verdict,
    ]


def short(row):
    """A row in a few words, as it comes."""
    return f"{row.yardstick}, {row.work}: {ratios(row)} of {row.beside}"


def markdown(document):
    """What the README shows of written figures: the largest row that something is asked of, by series."""
    last = {}
    for row in map(Row.read, document["rows"]):
        if row.bound:
            last[row.yardstick, row.peer] = row
    lines = ["| work | janitor | beside it | ratio | asked for |", "|---|---|---|---|---|"]
    for row in last.values():
        ours = f"{amount(row.ours, row.by)}, {row.ours.peak:.0f} MiB"
        if (row.ours.processes or 1) > 1:
            ours += f", {row.ours.processes} processes"
        asked = row.bound + ("" if row.met else ", missed")
        name = f"{row.yardstick}: {row.work}"
        lines.append(f"| {name} | {ours} | {beside(row)} | {ratios(row)} | {asked} |")
    return "\n".join(lines)


def beside(row):
    if row.theirs is None:
        return ""
    peer = row.beside.replace("|", "\\|")
    return f"`{peer}`: {amount(row.theirs, row.by)}"


def amount(measure, by):
    return f"{figure(getattr(measure, by))} {'s CPU' if by == 'cpu' else 's'}"


def ratios(row):
    """By wall clock and by CPU, so that neither hides the other; the one first that the verdict goes by."""
    order = sorted(UNITS, key=lambda by: by != row.by)
    shares = [(row.share(by), UNITS[by]) for by in order]
    return ", ".join(f"{share:.2f} {unit}" for share, unit in shares if share is not None)


def figure(seconds):
    """As many digits as matter; nothing where it was not measured."""
    if seconds is None:
        return ""
    return f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.2f}" if seconds < 100 else f"{seconds:.0f}"
