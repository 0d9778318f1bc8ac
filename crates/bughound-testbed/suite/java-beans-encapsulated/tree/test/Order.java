import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

class Named
{
  String name;
}

class Order extends Named
{
  List<Item> items = new ArrayList<>();
  Map<String, int[]> notes = new HashMap<>();
  TreeSet<String> tags;
  Order next;
  java.time.LocalDate day;
}

class Item extends Named
{
  double price;
  Order owner;

  Item()
  {
  }

  Item(String name, double price, Order owner)
  {
    this.name = name;
    this.price = price;
    this.owner = owner;
  }
}
