import beans.Beans;
import java.time.LocalDate;

final class CopyTest
{
  private static Order order()
  {
    Order order = new Order();
    order.name = "first";
    order.items.add(new Item("tea", 2.5, order));
    order.items.add(new Item("milk", 1, order));
    order.notes.put("shelves", new int[] {3, 5});
    order.day = LocalDate.of(2021, 9, 14);
    return order;
  }

  void testPlainFieldsAreCopied()
  {
    Item item = new Item("tea", 2.5, null);
    Item copy = Beans.copy(item);
    Tap.that(copy != item, "another object");
    Tap.same("Item(name=tea, price=2.5, owner=null)", Beans.show(copy));
  }

  void testArraysAreCopied()
  {
    int[][] numbers = {{1, 2}, {3}};
    int[][] copy = Beans.copy(numbers);
    copy[0][0] = 9;
    Tap.same(1, numbers[0][0]);
    Tap.same(2, copy[0][1]);
  }

  void testCollectionsAreCopiedDeeply()
  {
    Order order = order();
    Order copy = Beans.copy(order);
    Tap.same(2, copy.items.size());
    Tap.that(copy.items != order.items && copy.items.get(0) != order.items.get(0), "lists and what is in them");
    copy.notes.get("shelves")[0] = 8;
    Tap.same(3, order.notes.get("shelves")[0]);
    copy.items.clear();
    Tap.same(2, order.items.size());
  }

  void testLinksLeadToCopies()
  {
    Order order = order();
    order.next = order;
    Order copy = Beans.copy(order);
    Tap.that(copy.next == copy, "to itself");
    Tap.that(copy.items.get(1).owner == copy, "from an item to its owner");
  }

  void testValuesOfTheJdkAreShared()
  {
    Order order = order();
    Tap.same(order.day, Beans.copy(order).day);
  }

  void testNothing()
  {
    Tap.same(null, Beans.copy(null));
  }
}
