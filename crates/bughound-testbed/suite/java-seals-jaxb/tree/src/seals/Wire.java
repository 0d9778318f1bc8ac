package seals;

import java.util.Calendar;
import java.util.TimeZone;
import javax.xml.bind.DatatypeConverter;

/** How values look on the wire: bytes as upper-case digits, times as XML Schema writes them. */
final class Wire
{
  private Wire()
  {
  }

  static String hex(byte[] bytes)
  {
    return DatatypeConverter.printHexBinary(bytes);
  }

  /** Digits of either case. */
  static byte[] bytes(String text)
  {
    return DatatypeConverter.parseHexBinary(text);
  }

  static String time(long millis)
  {
    Calendar calendar = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
    calendar.setTimeInMillis(millis);
    return DatatypeConverter.printDateTime(calendar);
  }

  static long millis(String text)
  {
    return DatatypeConverter.parseDateTime(text).getTimeInMillis();
  }
}
