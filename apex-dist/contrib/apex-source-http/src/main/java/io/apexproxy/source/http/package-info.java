/**
 * Backends from a JSON document.
 *
 * <p>{@code HttpSource} fetches the document and {@code Document} reads it. Nothing is remembered of a document that
 * cannot be read, so that it is reported again.
 */
package io.apexproxy.source.http;
