package beans;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/** The fields that make up an object. */
final class Fields
{
  private Fields()
  {
  }

  /** All that are not static, those of superclasses first, ready to be read and written. */
  static List<Field> of(Class<?> type)
  {
    List<Field> fields = new ArrayList<>();
    if (type.getSuperclass() != null)
      fields.addAll(of(type.getSuperclass()));
    for (Field field : type.getDeclaredFields())
    {
      if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic())
        continue;
      field.setAccessible(true);
      fields.add(field);
    }
    return fields;
  }
}
