package seals;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.bind.DatatypeConverter;

/** Seals texts: version, payload, time and signature, with dots between them. */
public final class Seal
{
  private static final String VERSION = "s1";
  private final SecretKeySpec key;

  public Seal(byte[] secret)
  {
    this.key = new SecretKeySpec(secret, "HmacSHA256");
  }

  /** The token of a text that is sealed at a time. */
  public String close(String text, long millis)
  {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    String body = VERSION + "!" + DatatypeConverter.printBase64Binary(payload) + "!" + Wire.time(millis);
    return body + "!" + Wire.hex(sign(body));
  }

  /** The text of a token, if it is whole and was sealed at `notBefore` or later. */
  public Optional<String> open(String token, long notBefore)
  {
    String[] parts = token.split("!", -1);
    if (parts.length != 4 || !parts[0].equals(VERSION))
      return Optional.empty();
    int end = token.lastIndexOf('!');
    byte[] claimed;
    try
    {
      claimed = Wire.bytes(parts[3]);
    } catch (IllegalArgumentException ex)
    {
      return Optional.empty();
    }
    if (!MessageDigest.isEqual(claimed, sign(token.substring(0, end))))
      return Optional.empty();
    if (Wire.millis(parts[2]) < notBefore)
      return Optional.empty();
    return Optional.of(new String(DatatypeConverter.parseBase64Binary(parts[1]), StandardCharsets.UTF_8));
  }

  private byte[] sign(String body)
  {
    try
    {
      Mac mac = Mac.getInstance(key.getAlgorithm());
      mac.init(key);
      return mac.doFinal(body.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException ex)
    {
      throw new IllegalStateException(ex);
    }
  }
}
