"""Stock: a ledger of receipts, reservations, sales and corrections, kept in step with shops outside."""
