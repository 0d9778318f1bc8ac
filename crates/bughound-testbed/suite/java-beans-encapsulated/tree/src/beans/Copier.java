package beans;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.IdentityHashMap;
import java.util.Map;

/** One copying: remembers what was copied, so that an object that is met twice stays one object. */
final class Copier
{
  private final Map<Object, Object> done = new IdentityHashMap<>();

  Object copy(Object value) throws ReflectiveOperationException
  {
    if (value == null || isFixed(value))
      return value;
    Object known = done.get(value);
    if (known != null)
      return known;
    Class<?> type = value.getClass();
    if (type.isArray())
      return array(value);
    return object(value, type);
  }

  /** Whether it never changes. */
  private static boolean isFixed(Object value)
  {
    return value instanceof String || value instanceof Number || value instanceof Boolean
        || value instanceof Character || value instanceof Enum || value instanceof Class;
  }

  private Object array(Object value) throws ReflectiveOperationException
  {
    int length = Array.getLength(value);
    Object copy = Array.newInstance(value.getClass().getComponentType(), length);
    done.put(value, copy);
    for (int i = 0; i < length; i++)
      Array.set(copy, i, copy(Array.get(value, i)));
    return copy;
  }

  private Object object(Object value, Class<?> type) throws ReflectiveOperationException
  {
    Constructor<?> constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object copy = constructor.newInstance();
    done.put(value, copy);
    for (Field field : Fields.of(type))
      field.set(copy, copy(field.get(value)));
    return copy;
  }
}
