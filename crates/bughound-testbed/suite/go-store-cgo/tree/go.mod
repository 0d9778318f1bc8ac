module example.test/pack

go 1.19
