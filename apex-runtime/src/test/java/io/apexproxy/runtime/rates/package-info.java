/** Tests of the rates. */
package io.apexproxy.runtime.rates;
