package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

class BackdatedLoggerTest {

    private static final long LONG_AGO = Instant.parse("2001-09-09T01:46:40.123Z").toEpochMilli();
    private static final List<KeyValuePair> FIELDS = List.of(new KeyValuePair("attempts", 2));

    @Test
    void lineInLogbackHasTheTimeOfTheEvent() {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        ListAppender<ILoggingEvent> output = new ListAppender<>();
        output.setContext(context);
        output.start();
        context.getLogger("apex").addAppender(output);

        new BackdatedLogger(context.getLogger("apex.access")).info(LONG_AGO, "client-closed", FIELDS);

        assertThat(output.list).singleElement().satisfies(event -> {
            assertThat(event.getTimeStamp()).isEqualTo(LONG_AGO);
            assertThat(event.getInstant()).isEqualTo(Instant.ofEpochMilli(LONG_AGO));
            assertThat(event.getLoggerName()).isEqualTo("apex.access");
            assertThat(event.getLevel()).isEqualTo(Level.INFO);
            assertThat(event.getFormattedMessage()).isEqualTo("client-closed");
            assertThat(event.getKeyValuePairs()).isEqualTo(FIELDS);
            assertThat(event.getThreadName()).isEqualTo(Thread.currentThread().getName());
            assertThat(event.getMDCPropertyMap()).isEmpty();
        });
    }

    @Test
    void levelOfTheLoggerIsRespected() {
        LoggerContext context = new LoggerContext();
        BackdatedLogger logger = new BackdatedLogger(context.getLogger("apex.access"));

        assertThat(logger.isInfoEnabled()).isTrue();
        context.getLogger("apex").setLevel(Level.WARN);
        assertThat(logger.isInfoEnabled()).isFalse();
    }

    @Test
    void otherProviderReceivesMessageAndFields() {
        Queue<SubstituteLoggingEvent> events = new ArrayDeque<>();
        BackdatedLogger logger = new BackdatedLogger(new SubstituteLogger("apex.access", events, false));

        logger.info(LONG_AGO, "client-closed", FIELDS);

        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(org.slf4j.event.Level.INFO);
            assertThat(event.getMessage()).contains("client-closed", "attempts=2");
        });
    }
}
