import report.Turns;

final class QueueTest
{
  private final StringBuilder seen = new StringBuilder();

  private Turns.Task task(String name, int steps)
  {
    int[] left = {steps};
    return () -> {
      seen.append(name);
      return --left[0] > 0;
    };
  }

  void testTurnsAreTakenInOrder()
  {
    Turns turns = new Turns();
    turns.add(task("a", 3));
    turns.add(task("b", 1));
    turns.add(task("c", 2));
    Tap.same(6, turns.run(100));
    Tap.same("abcaca", seen.toString());
    Tap.same(3, turns.finished().size());
  }

  void testTheLimitHolds()
  {
    Turns turns = new Turns();
    turns.add(task("a", 9));
    Tap.same(4, turns.run(4));
    Tap.same(0, turns.finished().size());
  }
}
