package io.apexproxy.health.http;

import io.apexproxy.api.Settings;
import io.apexproxy.api.health.HealthResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a healthy backend answers.
 *
 * @param firstStatus the least status of a healthy backend
 * @param lastStatus the greatest
 * @param body text that the body has to contain; empty: the body does not matter
 */
record Expectation(int firstStatus, int lastStatus, String body) {

    private static final Pattern RANGE = Pattern.compile("([2-5]\\d\\d)(?:-([2-5]\\d\\d))?");

    /** An answer before the answer (RFC 9110, section 15.2). */
    private static final Pattern INTERIM = Pattern.compile("HTTP/1\\.1 1\\d\\d");
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");

    private static final String CLOSED_WITHIN_HEADER = "connection closed within the header";

    /** How much of something unexpected is shown, in characters. */
    private static final int MAX_SHOWN = 60;

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
            throw settings.invalid("body", "an answer to HEAD has no body; use method = \"GET\"");
        }
        return new Expectation(first, last, body);
    }

    /**
     * Judges an answer that may still be incomplete.
     *
     * @param answer the bytes so far, each as one character (ISO 8859-1)
     * @param complete whether nothing more will be read
     * @return the result; empty if more is needed to tell
     */
    Optional<HealthResult> judge(String answer, boolean complete) {
        String rest = answer;
        while (INTERIM.matcher(rest).lookingAt()) {
            Optional<String> next = Message.afterHead(rest);
            if (next.isEmpty()) {
                return unhealthyIf(complete, CLOSED_WITHIN_HEADER);
            }
            rest = next.get();
        }
        return judgeFinal(rest, complete);
    }

    private Optional<HealthResult> judgeFinal(String answer, boolean complete) {
        int lineEnd = answer.indexOf("\r\n");
        if (lineEnd < 0) {
            return unhealthyIf(complete, answer.isEmpty()
                    ? "connection closed without an answer"
                    : "no HTTP answer: \"" + shown(answer) + "\"");
        }
        Matcher line = STATUS_LINE.matcher(answer.substring(0, lineEnd));
        if (!line.matches()) {
            return unhealthyIf(true, "no HTTP answer: \"" + shown(answer.substring(0, lineEnd)) + "\"");
        }
        int status = Integer.parseInt(line.group(1));
        if (status < firstStatus || status > lastStatus) {
            return unhealthyIf(true, "status " + shown(answer.substring(0, lineEnd).substring(line.start(1)))
                    + ", expected " + (firstStatus == lastStatus ? "" + firstStatus : firstStatus + "-" + lastStatus));
        }
        return body.isEmpty() ? Optional.of(HealthResult.healthy()) : judgeBody(answer, complete);
    }

    private Optional<HealthResult> judgeBody(String answer, boolean complete) {
        Optional<Message> message = Message.parse(answer);
        if (message.isEmpty()) {
            return unhealthyIf(complete, CLOSED_WITHIN_HEADER);
        }
        String wanted = new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (message.get().body().contains(wanted)) {
            return Optional.of(HealthResult.healthy());
        }
        return unhealthyIf(complete || message.get().complete(), "no \"" + body + "\" in the body: \""
                + shown(message.get().body()) + "\"");
    }

    private static Optional<HealthResult> unhealthyIf(boolean certain, String reason) {
        return certain ? Optional.of(HealthResult.unhealthy(reason)) : Optional.empty();
    }

    /** Safe and short enough for one line of a log. */
    private static String shown(String text) {
        String cut = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
        return cut.replace("\r", "\\r").replace("\n", "\\n").replaceAll("[^ -~]", "?");
    }
}
