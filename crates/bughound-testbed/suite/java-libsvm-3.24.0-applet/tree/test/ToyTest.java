import java.awt.Panel;

final class ToyTest
{
  void testTheBoardIsAPanel() throws Exception
  {
    Class<?> board = Class.forName("svm_toy");
    Tap.that(Panel.class.isAssignableFrom(board), "it can be put into a frame");
    Tap.same(void.class, board.getMethod("init").getReturnType());
  }

  void testItCanBeStarted() throws Exception
  {
    Tap.that(Class.forName("svm_toy").getMethod("main", String[].class) != null, "it has a main method");
  }
}
