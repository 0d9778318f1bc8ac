package beans;

/** What can be done with plain objects, whatever their classes are. */
public final class Beans
{
  private Beans()
  {
  }

  /**
   * A copy that shares nothing that can change with the original; links within it lead to copies.
   *
   * @throws IllegalArgumentException where an object cannot be copied
   */
  @SuppressWarnings("unchecked")
  public static <T> T copy(T value)
  {
    try
    {
      return (T) new Copier().copy(value);
    } catch (ReflectiveOperationException ex)
    {
      throw new IllegalArgumentException("cannot copy " + value.getClass().getName(), ex);
    }
  }

  /** The fields of an object as text: `Point(x=1, y=2)`, those of superclasses first. */
  public static String show(Object value)
  {
    StringBuilder text = new StringBuilder(value.getClass().getSimpleName()).append('(');
    String separator = "";
    for (java.lang.reflect.Field field : Fields.of(value.getClass()))
    {
      text.append(separator).append(field.getName()).append('=');
      try
      {
        text.append(field.get(value));
      } catch (IllegalAccessException ex)
      {
        text.append('?');
      }
      separator = ", ";
    }
    return text.append(')').toString();
  }
}
