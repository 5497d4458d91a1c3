package io.apexproxy.health.tcp;

import io.apexproxy.api.Settings;
import io.apexproxy.health.probe.Excerpt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Settings that are bytes in hex digits, optionally with spaces between them. */
final class HexText {

    private HexText() {
    }

    /** Returns the bytes of a setting that is present. */
    static ByteBuffer bytes(Settings settings, String key) {
        String text = settings.string(key);
        String digits = text.replace(" ", "");
        if (digits.isEmpty()) {
            throw settings.invalid(key,
                    "expected at least one byte in hex digits such as \"0a ff\", found " + quoted(text)
                            + "; leave the key out if there are no bytes");
        }
        if (!digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw settings.invalid(key, "expected hex digits such as \"0a ff\", found " + quoted(text));
        }
        if (digits.length() % 2 != 0) {
            throw settings.invalid(key, "expected two hex digits for each byte, found an odd number of digits: "
                    + digits.length());
        }
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits)).asReadOnlyBuffer();
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "\"\"" : Excerpt.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
