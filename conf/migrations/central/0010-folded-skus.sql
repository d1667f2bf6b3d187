-- In lower case a SKU can be twice as long: U+0130 becomes two code points. 64 of them were refused with a 500.
ALTER TABLE products MODIFY sku_folded VARCHAR(128) NOT NULL;
