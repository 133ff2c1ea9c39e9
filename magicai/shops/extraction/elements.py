"""An element of a page as a range of its text and of its other elements."""


class Element:
    """One element of a page's body.

    Attributes:
        index: its place among the elements, in document order.
        parent: the index of the element around it, -1 for the body.
        last: the index of the last element inside it, its own where there is none.
        start, end: where its text lies in the outline's.
        traits: its own purposes.
        zones: the parts of the page that it belongs to.
    """

    __slots__ = ("attributes", "end", "index", "last", "parent", "start", "tag", "traits", "zones")

    # Without an __init__: to call one, a page's elements would take as long as to set all of this.
    index: int
    parent: int
    last: int
    tag: str
    attributes: dict[str, str | None]
    start: int
    end: int
    traits: int
    zones: int
