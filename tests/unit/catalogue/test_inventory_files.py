import pytest

from magicai.catalogue.inventory.files import BadRow, read_stock, written
from magicai.catalogue.inventory.stock import Change, Level, Stock
from magicai.errors import Invalid


def test_counts_and_changes_are_read_and_bad_rows_are_named() -> None:
    text = "SKU;Stock;Change;Version\r\nTEA;12;;\r\nCUP;;-2;\r\n\r\nPOT;many;;\r\nLID;3;;9\r\n;5;;\r\n"
    found = list(read_stock(text, version=7))
    assert [one for one in found if isinstance(one, Level)] == [Level("TEA", 12, 7), Level("LID", 3, 9)]
    assert [(one.item, one.quantity) for one in found if isinstance(one, Change)] == [("CUP", -2)]
    assert [one.line for one in found if isinstance(one, BadRow)] == [5, 7]


def test_a_change_without_a_key_has_the_same_one_in_the_same_file_only() -> None:
    def keys(text: str) -> list[str]:
        return [one.key for one in read_stock(text, version=1) if isinstance(one, Change)]

    first = keys("item,change\na,1\na,1\n")
    assert first == keys("item,change\na,1\na,1\n")
    assert len({*first, *keys("item,change\na,1\na,1\nb,1\n")}) == 5
    assert keys("item,change,event\na,1,e9\n") == ["e9"]


@pytest.mark.parametrize("text", ["", "name,price\na,1\n", "sku\nTEA\n"])
def test_a_file_without_items_and_quantities_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="columns"):
        list(read_stock(text, version=1))


@pytest.mark.parametrize(
    "header",
    [
        "货号,库存",
        "商品编码,数量",
        "Artikelnummer;Lagerbestand",
        "Variant SKU,Variant Inventory Qty",
        "Réf.;Quantité",
        "item,available",
    ],
)
def test_columns_are_known_by_whatever_name(header: str) -> None:
    row = "茶;3" if ";" in header else "茶,3"
    assert list(read_stock(f"{header}\n{row}\n", version=2)) == [Level("茶", 3, 2)]


@pytest.mark.parametrize("item", ["=cmd()", "tea;=cmd()", " =cmd()", "＝cmd()"])
def test_no_cell_is_a_formula_whatever_separates_cells(item: str) -> None:
    assert item.replace("=", "'=").replace("＝", "'＝").replace(" '", "' ") in written([Stock(item, 1, 0)])
