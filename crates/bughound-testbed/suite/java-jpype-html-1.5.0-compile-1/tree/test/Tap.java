import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;

/** Runs the methods of classes whose names start with "test", in order of their names, and prints what became of them. */
final class Tap
{
  private int count;
  private int failed;

  void run(Class<?> type) throws Exception
  {
    Method[] methods = type.getDeclaredMethods();
    Arrays.sort(methods, Comparator.comparing(Method::getName));
    for (Method method : methods)
    {
      if (!method.getName().startsWith("test"))
        continue;
      method.setAccessible(true);
      String name = type.getSimpleName() + "." + method.getName();
      try
      {
        method.invoke(type.getDeclaredConstructor().newInstance());
        System.out.println("ok " + ++count + " - " + name);
      } catch (InvocationTargetException ex)
      {
        failed++;
        System.out.println("not ok " + ++count + " - " + name);
        Throwable cause = ex.getCause();
        System.out.println("# " + cause);
        for (StackTraceElement frame : cause.getStackTrace())
        {
          if (frame.getClassName().startsWith("java") || frame.getClassName().startsWith("jdk"))
            continue;
          System.out.println("#   at " + frame);
        }
      }
    }
  }

  int finish()
  {
    System.out.println("1.." + count);
    return failed == 0 ? 0 : 1;
  }

  static void same(Object expected, Object found)
  {
    if (!Objects.equals(expected, found))
      throw new AssertionError("expected <" + expected + "> but found <" + found + ">");
  }

  static void that(boolean condition, String what)
  {
    if (!condition)
      throw new AssertionError(what);
  }
}
