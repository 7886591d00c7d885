#!/bin/sh
# How the vectors in this folder were made: with the openssl command line (3.x),
# once; the keys stand for the merchant and the acquirer. Run it in this
# folder to make new ones: keys, messages and signatures then all change.
#
# request.txt and answer.txt are what is signed: application, serial number of the
# key, seconds, nonce and body, each with a line feed behind it.
set -e
for who in merchant lakala; do
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out $who.key.pem
done
printf '%s\n' OP00000003 017d6ae9ad6e 1767225600 N0nceOf32LettersAndDigits0000001 \
	'{"req_time":"20260101080000","version":"3.0","req_data":{"merchant_no":"822290070111135","term_no":"29034705","location_info":{"request_ip":"36.45.36.95","location":"+31.221345,+121.12345"},"out_trade_no":"TESTINSTALL10000000042"}}' \
	> request.txt
printf '%s\n' OP00000003 018a4c2f77b1 1767225601 8d2b0f3a91c4 \
	'{"msg":"成功","resp_time":"20260101080001","code":"BBS00000","resp_data":{"merchant_no":"822290070111135","out_trade_no":"TESTINSTALL10000000042","trade_no":"20260101110113130266202326851350","log_no":"66202326851350","trade_main_type":"MICROPAY","acc_trade_no":"4200002968202601018521236797","account_type":"WECHAT","trade_state":"SUCCESS","total_amount":"1250","payer_amount":"1250","trade_time":"20260101080000"}}' \
	> answer.txt
openssl dgst -sha256 -sign merchant.key.pem request.txt | openssl base64 -A > request.sig
openssl dgst -sha256 -sign lakala.key.pem answer.txt | openssl base64 -A > answer.sig
# notice.sig is over the three lines of a notice: no answer has it (doc.go).
tail -n 3 answer.txt | openssl dgst -sha256 -sign lakala.key.pem | openssl base64 -A > notice.sig
# Our own signatures are checked by openssl in the other direction:
#	openssl dgst -sha256 -verify merchant.pub.pem -signature ours.bin request.txt
# PKCS #1 v1.5 is deterministic, so the test asks for the very bytes of request.sig.
