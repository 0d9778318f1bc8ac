module example.test/kitchen

go 1.19

require example.test/units v1.4.0
