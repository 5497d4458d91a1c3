/** The command {@code apex convert}: recognizes the language of a file, and selects its parser and its translator. */
package io.apexproxy.runtime.cli.convert;
