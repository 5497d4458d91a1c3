package io.apexproxy.runtime.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTest {

    private static final List<String> NAMES = List.of("sort", "limit");

    @Test
    void valuesAreDecoded() throws BadQueryException {
        Query query = Query.parse("sort=a%2Fb+c&limit=", NAMES);

        assertThat(query.value("sort")).contains("a/b c");
        assertThat(query.value("limit")).isEmpty();
        assertThat(query.number("limit", 20, 1000)).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            other=1         | unknown parameter 'other'; known: sort, limit
            &               | unknown parameter ''; known: sort, limit
            sort=1&sort=1   | sort: expected one value, found several
            sort=%2         | sort: expected two hexadecimal digits after each %, found '%2'
            """)
    void mistakesAreNamed(String text, String message) {
        assertThatThrownBy(() -> Query.parse(text, NAMES)).isInstanceOf(BadQueryException.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"0", "1001", "-1", "1x", "99999999999"})
    void numberOutsideItsRangeIsRefused(String text) throws BadQueryException {
        Query query = Query.parse("limit=" + text, NAMES);

        assertThatThrownBy(() -> query.number("limit", 20, 1000)).isInstanceOf(BadQueryException.class)
                .hasMessage("limit: expected a number from 1 to 1000, found '" + text + "'");
    }

    @Test
    void missingValueIsRefused() throws BadQueryException {
        Query query = Query.parse("", NAMES);

        assertThatThrownBy(() -> query.required("sort")).isInstanceOf(BadQueryException.class)
                .hasMessage("the parameter sort is missing");
    }
}
