module example.test/barcode

go 1.19
