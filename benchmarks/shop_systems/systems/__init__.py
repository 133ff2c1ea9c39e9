"""All shop systems by name."""

from benchmarks.shop_systems.system import System
from benchmarks.shop_systems.systems.bare import Bare
from benchmarks.shop_systems.systems.magento import Magento
from benchmarks.shop_systems.systems.nextjs import NextJs
from benchmarks.shop_systems.systems.opencart import OpenCart
from benchmarks.shop_systems.systems.prestashop import PrestaShop
from benchmarks.shop_systems.systems.shopify import Shopify
from benchmarks.shop_systems.systems.shopware import Shopware
from benchmarks.shop_systems.systems.woocommerce import WooCommerce

BY_NAME: dict[str, type[System]] = {
    system.name: system for system in (Shopify, WooCommerce, Magento, PrestaShop, Shopware, OpenCart, Bare, NextJs)
}
SYSTEMS = tuple(BY_NAME)
