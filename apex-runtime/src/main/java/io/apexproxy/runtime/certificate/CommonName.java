package io.apexproxy.runtime.certificate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * Finds the common name (2.5.4.3) in the subject of a certificate. Pure; does not block.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2253">RFC 2253: names as text</a>
 */
public final class CommonName {

    private static final String START = "CN=";
    /** Begins a value that has no form as text, so its bytes follow. */
    private static final String BYTES = "#";
    private static final String SEPARATORS = ",+";
    private static final char ESCAPE = '\\';
    private static final int HEX_DIGITS = 2;

    private CommonName() {
    }

    /**
     * Returns the common name in a subject.
     *
     * @return the name without escapes; the most specific one of several; empty if the subject has none, an empty one,
     *     or one that is no text
     */
    public static Optional<String> of(X500Principal subject) {
        String name = subject.getName(X500Principal.RFC2253); // the most specific attribute is the first one
        int start = 0;
        while (start < name.length()) {
            int end = endOfAttribute(name, start);
            int value = start + START.length();
            if (name.startsWith(START, start) && value < end && !name.startsWith(BYTES, value)) {
                return Optional.of(withoutEscapes(name.substring(value, end)));
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    private static int endOfAttribute(String name, int start) {
        int index = start;
        while (index < name.length() && SEPARATORS.indexOf(name.charAt(index)) < 0) {
            index += name.charAt(index) == ESCAPE ? 2 : 1;
        }
        return Math.min(index, name.length());
    }

    /** An escape is followed by a character, or by two hexadecimal digits of a byte of UTF-8. */
    private static String withoutEscapes(String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int index = 0;
        while (index < value.length()) {
            boolean isEscape = value.charAt(index) == ESCAPE && index + 1 < value.length();
            if (isEscape && HexFormat.isHexDigit(value.charAt(index + 1))) {
                int end = Math.min(index + 1 + HEX_DIGITS, value.length());
                bytes.write(HexFormat.fromHexDigits(value, index + 1, end));
                index = end;
            } else {
                int character = value.codePointAt(isEscape ? index + 1 : index);
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
                index += Character.charCount(character) + (isEscape ? 1 : 0);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
