package io.apexproxy.health.http;

import io.apexproxy.api.Settings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The expected response of a healthy backend.
 *
 * @param firstStatus the lowest expected status
 * @param lastStatus the highest expected status
 * @param body the text that the body has to contain; empty if the body is ignored
 */
record Expectation(int firstStatus, int lastStatus, String body) {

    private static final Pattern RANGE = Pattern.compile("([2-5]\\d\\d)(?:-([2-5]\\d\\d))?");

    static Expectation from(Settings settings, String method) {
        String status = settings.string("status", "200-399");
        Matcher range = RANGE.matcher(status);
        if (!range.matches()) {
            throw settings.invalid("status",
                    "expected a status such as \"200\" or a range such as \"200-399\", found \"" + status + "\"");
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        if (last < first) {
            throw settings.invalid("status", "expected the smaller status first, found \"" + status + "\"");
        }
        String body = settings.string("body", "");
        if (!body.isEmpty() && method.equals("HEAD")) {
            throw settings.invalid("body", "a response to HEAD has no body; use method = \"GET\"");
        }
        return new Expectation(first, last, body);
    }

    boolean includes(int status) {
        return status >= firstStatus && status <= lastStatus;
    }

    /** Returns the expected status or range, as in the configuration. */
    String statuses() {
        return firstStatus == lastStatus ? Integer.toString(firstStatus) : firstStatus + "-" + lastStatus;
    }
}
