"""What shops, suppliers and their exports call the columns of a product list, by what a column is about.

Of several columns about the same, the one whose name stands first here counts. Names are in lower case, without
accents, with underscores between words (`columns.key_of`). What stands around a name, such as `product_`, `(EUR)` or
`incl. VAT`, is taken off before it is looked up (`columns.column_of`).

Sources: the product exports and templates of Shopify, WooCommerce, Magento, PrestaShop, BigCommerce, Squarespace, Wix,
Square, Etsy, eBay, Amazon, Heureka, Yandex Market and Google Merchant Center; words of other languages as shops there
use them.
"""

NAMES = {
    "name": (
        "name title product_name item_name product_title productname handle_name artikelname artikel"
        " artikelbezeichnung produktname produkt bezeichnung titel nom produit designation libelle intitule nombre"
        " articulo titulo denominacion nome prodotto denominazione titolo naam productnaam omschrijving_kort nazwa"
        " nazwa_produktu tytul benamning produktnamn navn varenavn produktnavn nimi tuotenimi nazev nazov nev"
        " termeknev denumire urun_adi urun_ismi isim nazvanie название наименование товар naimenovanie назва ονομα"
        " προιον 名称 商品名称 产品名称 商品名 产品名 品名 标题 商品标题 產品名稱 商品名稱 名稱 標題 製品名 名前"
        " 상품명 제품명 이름 ten_san_pham nama_produk ชื่อสินค้า product item"
    ),
    "url": (
        "url link href product_url product_link address page web_page webpage website permalink handle_url"
        " product_page item_url artikel_url deeplink deep_link canonical_url lien adresse enlace collegamento"
        " adres odkaz ссылка посилання 链接 网址 商品链接 产品链接 商品地址 鏈接 網址 商品連結 商品url リンク"
        " 상품url 링크 주소"
    ),
    "sku": (
        "sku custom_label_sku seller_sku item_sku variant_sku product_sku skus item_number item_no item_code"
        " stock_code stock_number article_number article_no article_code product_code product_number"
        " code ref reference artikelnummer artikel_nr art_nr artnr bestellnummer bestell_nr produktnummer"
        " ordernumber code_article code_produit referencia codigo codigo_articulo codice codice_articolo"
        " riferimento artikelcode referentie indeks kod symbol kod_produktu artikelnr artikkelnummer varenummer"
        " varenr tuotekoodi tuotenumero kod_zbozi cikkszam cod_produs stok_kodu urun_kodu артикул код 货号 编码"
        " 商品编码 产品编号 商品编号 商家编码 商品货号 貨號 商品編號 商品貨號 商品番号 商品コード 品番"
        " 商品管理番号 管理番号 型番 상품코드 상품번호 품번 ma_sp"
    ),
    "gtin": (
        "gtin ean upc isbn barcode bar_code gtin8 gtin12 gtin13 gtin14 ean8 ean13 ean_code upc_code upc_ean jan"
        " jan_code variant_barcode external_product_id gencode code_barres codebarre code_ean codigo_de_barras"
        " codigo_barras codice_a_barre codice_ean kod_ean kod_kreskowy streckkod strekkode stregkode viivakoodi"
        " carovy_kod vonalkod barkod штрихкод 条码 条形码 国条码 商品条码 國際條碼 條碼 janコード バーコード"
        " 바코드 p_ean p_upc p_isbn"
    ),
    "model": (
        "mpn model model_number model_no manufacturer_part_number part_number part_no herstellernummer"
        " hersteller_nr modell modele modelo modello 型号 型號 規格型號 モデル モデル番号 모델명 모델"
    ),
    "brand": (
        "brand brand_name brands vendor vendor_name manufacturer manufacturer_name maker marke hersteller"
        " markenname lieferantenmarke marque fabricant marca fabricante produttore marchio merk fabrikant"
        " producent marka varumarke tillverkare merke produsent producent_navn maerke valmistaja merkki vyrobce"
        " znacka vyrobca gyarto producator uretici бренд производитель марка виробник 品牌 品牌名称 制造商 厂商"
        " 品牌名稱 製造商 廠商 ブランド メーカー ブランド名 メーカー名 브랜드 제조사"
    ),
    "price": (
        "price regular_price unit_price variant_price price_tax_incl price_tax_excl price_tax_included"
        " price_tax_excluded price_vat price_gross price_net retail_price standard_price selling_price sales_price"
        " start_price buy_it_now_price your_price price_amount amount_price price_value preis verkaufspreis"
        " bruttopreis nettopreis endpreis einzelpreis vk_preis vk stuckpreis ladenpreis prix prix_ttc prix_ht"
        " prix_de_vente prix_unitaire tarif precio precio_venta pvp prezzo prezzo_di_vendita prijs verkoopprijs"
        " preco preco_de_venda valor cena cena_brutto cena_netto cena_sprzedazy pris forsaljningspris utpris"
        " salgspris hinta myyntihinta ar eladasi_ar brutto_ar pret fiyat satis_fiyati цена стоимость ціна τιμη"
        " 价格 售价 现价 单价 销售价 销售价格 价钱 价格_元 價格 售價 單價 建議售價 価格 販売価格 税込価格 単価"
        " 가격 판매가 판매가격 gia harga ราคา"
    ),
    "sale_price": (
        "sale_price special_price discounted_price discount_price offer_price promo_price promotional_price"
        " angebotspreis aktionspreis sonderpreis prix_promo prix_promotionnel prix_solde precio_oferta"
        " precio_rebajado prezzo_scontato prezzo_offerta aanbiedingsprijs cena_promocyjna kampanjpris tilbudspris"
        " акционная_цена 促销价 活动价 特价 折扣价 促銷價 特價 セール価格 할인가"
    ),
    "on_sale": "on_sale onsale",
    "sale_dates": "sale_price_effective_date sale_price_dates",
    "list_price": (
        "list_price compare_at_price variant_compare_at_price msrp rrp srp old_price original_price was_price"
        " previous_price oldprice uvp streichpreis listenpreis prix_barre ancien_prix prix_conseille"
        " precio_anterior precio_original prezzo_di_listino adviesprijs cena_katalogowa старая_цена 原价 市场价"
        " 划线价 吊牌价 原價 市價 定価 通常価格 メーカー希望小売価格 정가 소비자가"
    ),
    "currency": (
        "currency price_currency currency_code currencyid currencycode wahrung waehrung devise moneda valuta"
        " moeda waluta mena penznem para_birimi валюта 币种 货币 幣別 貨幣 通貨 통화"
    ),
    "availability": (
        "availability availability_status stock_status in_stock is_in_stock available instock status_of_stock"
        " stockstatus verfugbarkeit lieferbarkeit disponibilite disponibilidad disponibilita beschikbaarheid"
        " dostepnosc tillganglighet saatavuus dostupnost наличие 库存状态 是否有货 庫存狀態 在庫状況 재고상태"
    ),
    "quantity": (
        "stock stocks quantity qty qty_on_hand quantity_on_hand stock_quantity quantity_in_stock qty_in_stock"
        " quantity_available available_quantity stock_level current_stock current_stock_level current_quantity"
        " inventory inventory_quantity inventory_level variant_inventory_qty variant_inventory_quantity on_hand"
        " bestand lagerbestand lagermenge menge quantite quantite_en_stock existencias cantidad inventario"
        " unidades giacenza quantita disponibili voorraad aantal estoque quantidade stan ilosc stan_magazynowy"
        " lagersaldo antal lagerbeholdning antall varasto maara sklad mnozstvi keszlet mennyiseg stoc cantitate"
        " stok stok_adedi miktar остаток количество кількість 库存 库存数量 数量 庫存 庫存數量 數量 在庫 在庫数"
        " 재고 재고수량 수량"
    ),
    "category": (
        "category categories product_category product_type department category_path category_name categorytext"
        " categorypath kategorie kategorien warengruppe produktgruppe produktkategorie categorie rayon famille"
        " categoria categorias reparto productgroep kategoria kategori varegrupp varegruppe tuoteryhma kategorija"
        " kategoriak kategoriya категория раздел категорія κατηγορια 类目 分类 类别 商品分类 产品分类 商品类目"
        " 分類 類別 商品分類 カテゴリ カテゴリー 카테고리 분류 familia collection google_product_category"
        " google_category producttype type"
    ),
    "images": (
        "image images image_url image_urls images_url images_urls imageurl imageurls image_link image_links"
        " image_src img imgurl img_url picture pictures picture_url picurl pic photo photos photo_url thumbnail"
        " hosted_image_urls item_photo_url additional_image_link additional_image_links additional_images"
        " additional_image_urls additional_imageurl imgurl_alternative main_image main_image_url base_image"
        " small_image variant_image image_file product_image product_image_file product_images media_url cover"
        " bild bilder bild_url bildlink bildadresse photo_produit imagen imagenes foto immagine immagini"
        " afbeelding afbeeldingen imagem imagens zdjecie zdjecia kuva obrazek obrazok kep imagine resim gorsel"
        " фото изображение картинка зображення 图片 主图 图片链接 商品图片 图片地址 商品主图 圖片 商品圖片"
        " 圖片網址 画像 画像url 商品画像 이미지 대표이미지 상품이미지"
    ),
    "description": (
        "description body_html body long_description longdescription full_description product_description"
        " item_description details text content beschreibung langbeschreibung artikelbeschreibung"
        " produktbeschreibung langtext descriptif descripcion descrizione omschrijving beschrijving"
        " productomschrijving descricao opis opis_produktu beskrivning beskrivelse kuvaus popis leiras descriere"
        " aciklama описание опис περιγραφη 描述 详情 商品描述 产品描述 商品详情 商品介绍 說明 商品說明 商品説明"
        " 説明 상세설명 설명 상품설명 mo_ta deskripsi"
    ),
    "summary": (
        "short_description shortdescription summary subtitle excerpt kurzbeschreibung kurztext resume"
        " description_courte descripcion_corta resumen descrizione_breve korte_omschrijving opis_krotki 简介"
        " 副标题 卖点 簡介 キャッチコピー"
    ),
    "reviews": ("reviews review comments review_text bewertungen avis resenas recensioni 评价 评论 評價 レビュー 리뷰"),
    "language": "language locale lang store_view_code sprache langue idioma lingua taal 语言 語言 言語 언어",
    "group": "handle item_group_id itemgroup_id handleid parent_handle reference_handle",
    "parent": "parent parent_sku parent_id",
    "id": "id product_id item_id productid itemid listing_id offer_id produkt_id artikel_id",
}
# Names that mean something else with a number behind them: `CustomLabel` is the SKU of eBay, `CustomLabel0` a label.
WHOLE = {"customlabel": "sku"}
# Words before a name and behind it that do not change what it is about.
BEFORE = "product products item items article main default primary produkt artikel produit producto prodotto"
BEHIND = (
    "incl inc excl ex including excluding tax taxes vat gst net gross ttc ht iva mwst ust netto brutto inkl exkl btw"
    " with without included excluded moms per pro piece pcs each unit stuck standard"
)
