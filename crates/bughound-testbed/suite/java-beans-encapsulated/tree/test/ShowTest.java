import beans.Beans;

final class ShowTest
{
  void testFieldsOfSuperclassesComeFirst()
  {
    Tap.same("Item(name=tea, price=2.5, owner=null)", Beans.show(new Item("tea", 2.5, null)));
  }
}
