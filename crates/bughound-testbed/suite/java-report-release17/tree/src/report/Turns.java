package report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Tasks that take turns: each does a step, then waits behind the others until it has no step left. */
public final class Turns
{
  /** Something with steps. */
  public interface Task
  {
    /** Does one and says whether there are more. */
    boolean step();
  }

  private final Deque<Task> waiting = new ArrayDeque<>();
  private final List<Task> finished = new ArrayList<>();

  public void add(Task task)
  {
    waiting.addLast(task);
  }

  /** Runs until none is left, or `limit` steps were done; how many that were. */
  public int run(int limit)
  {
    int steps = 0;
    while (steps < limit && !waiting.isEmpty())
    {
      Task task = waiting.removeFirst();
      steps++;
      if (!task.step())
      {
        finished.add(task);
        continue;
      }
      yield(task);
    }
    return steps;
  }

  public List<Task> finished()
  {
    return finished;
  }

  private void yield(Task task)
  {
    waiting.addLast(task);
  }
}
