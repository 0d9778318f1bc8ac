module example.test/office

go 1.19
